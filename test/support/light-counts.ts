/** Owns what a receiver that decodes nothing counts. Pure. */

export type LightCounts = {
  readonly frames: number;
  readonly packets: number;
  readonly bytes: number;
  /** Packets of RTP that did not come, or frames that the server left out of a WebSocket. */
  readonly lost: number;
};

/** The fixed header of RTP (RFC 3550 section 5.1), which SRTP leaves in the clear. */
const HEADER_BYTES = 12;

/** Counts the packets of one stream; reads its headers only. */
export class RtpCounter {
  #counts = { frames: 0, packets: 0, bytes: 0, lost: 0 };
  #sequence: number | null = null;

  /** Takes a datagram of RTP or RTCP; the latter is not counted. */
  note(datagram: Uint8Array): void {
    const second = datagram[1] ?? 0;
    // RFC 5761 section 4: packet types of RTCP.
    if (datagram.length < HEADER_BYTES || (second >= 192 && second < 224)) return;
    const counts = this.#counts;
    counts.packets += 1;
    counts.bytes += datagram.length;
    if (second >= 128) counts.frames += 1;
    const sequence = ((datagram[2] ?? 0) << 8) | (datagram[3] ?? 0);
    const step = this.#sequence === null ? 1 : (sequence - this.#sequence) & 0xffff;
    if (step === 0) return;
    if (step < 0x8000) {
      counts.lost += step - 1;
      this.#sequence = sequence;
    } else {
      // It was overtaken, and counted as lost.
      counts.lost -= 1;
    }
  }

  /** What came since the last call. */
  take(): LightCounts {
    const counts = this.#counts;
    this.#counts = { frames: 0, packets: 0, bytes: 0, lost: 0 };
    return counts;
  }
}
