/** Owns the packets that were sent to a viewer lately, so that lost ones can be sent again. */

import type { Milliseconds } from "../../../shared/time.ts";

export type SentPacket = {
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  /** Whether it is the first packet of its frame. */
  readonly isFirst: boolean;
  readonly payload: Buffer;
  /** Its transport-wide number; null where the viewer takes none. */
  readonly wide: number | null;
  readonly sentAt: Milliseconds;
  resentAt: Milliseconds | null;
};

/** What a packet has on its way besides its payload: header, extensions and the tag of SRTP, in bytes. */
const EXTRA_BYTES = 38;

/** What a packet of video takes on its way, in bytes. */
export function wireBytesOf(payload: Uint8Array): number {
  return payload.length + EXTRA_BYTES;
}

/** At 8192 packets of 1140 bytes, one second lasts up to 75 Mbit/s. */
const CAPACITY = 8192;
/** A packet that was asked for again within this time is probably still on its way. */
const RESEND_PAUSE_MS = 10;
/** A frame that waits for a packet longer than this, or than two round trips, waits in vain. */
const MAX_AGE_MS = 1200;

/** Keeps the last packets by their 16-bit sequence numbers. */
export class RtpHistory {
  readonly #packets: (SentPacket | undefined)[] = new Array(CAPACITY);

  add(packet: SentPacket): void {
    this.#packets[packet.sequence % CAPACITY] = packet;
  }

  /** The packet of this number; null where it is no longer known. */
  get(sequence: number): SentPacket | null {
    const packet = this.#packets[sequence % CAPACITY];
    return packet?.sequence === sequence ? packet : null;
  }

  /** Whether a packet that is asked for is not sent again any more. */
  isTooOld(sequence: number, at: Milliseconds, roundTripMs: number): boolean {
    const packet = this.get(sequence);
    return packet === null || at - packet.sentAt > Math.max(MAX_AGE_MS, 2 * roundTripMs);
  }

  /** The packet to send again; null if it is too old or was just sent again. Marks it as sent again. */
  takeForResend(sequence: number, at: Milliseconds, roundTripMs: number): SentPacket | null {
    const packet = this.get(sequence);
    if (packet === null || this.isTooOld(sequence, at, roundTripMs)) return null;
    if (packet.resentAt !== null && at - packet.resentAt < RESEND_PAUSE_MS) return null;
    packet.resentAt = at;
    return packet;
  }
}
