/** Owns the packets that were sent to a viewer lately, so that lost ones can be sent again. */

import type { Milliseconds } from "../../shared/time.ts";

export type SentPacket = {
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  /** Whether it is the first packet of its frame. */
  readonly isFirst: boolean;
  readonly payload: Buffer;
  readonly sentAt: Milliseconds;
  resentAt: Milliseconds | null;
};

/** At 8192 packets of 1160 bytes, one second lasts up to 76 Mbit/s. */
const CAPACITY = 8192;
/** A packet that was asked for again within this time is probably still on its way. */
const RESEND_PAUSE_MS = 10;
const LONGEST_AGE_MS = 3000;

/** Keeps the last packets by their 16-bit sequence numbers, each for at least a second and at most three. */
export class RtpHistory {
  readonly #packets: (SentPacket | undefined)[] = new Array(CAPACITY);

  add(packet: SentPacket): void {
    this.#packets[packet.sequence % CAPACITY] = packet;
  }

  /** The packet to send again; null if it is too old or was just sent again. Marks it as sent again. */
  takeForResend(sequence: number, at: Milliseconds): SentPacket | null {
    const packet = this.#packets[sequence % CAPACITY];
    if (packet?.sequence !== sequence || at - packet.sentAt > LONGEST_AGE_MS) return null;
    if (packet.resentAt !== null && at - packet.resentAt < RESEND_PAUSE_MS) return null;
    packet.resentAt = at;
    return packet;
  }
}
