/**
 * Owns by how much the delay of packets differs without any queue of ours: the jitter of RFC 3550 section 6.4.1, from the
 * first packet of each burst alone, as those behind it wait for one another. Pure.
 */

/** A packet after so long a pause is the first of a burst. */
const PAUSE_MS = 8;
const GAIN = 1 / 16;

export class ArrivalJitter {
  #sentAt = -Infinity;
  #delay: number | null = null;
  #ms = 0;

  /** Takes a packet that arrived, in the order in which they were sent. */
  add(sentAt: number, arrivedAt: number): void {
    const isFirst = sentAt - this.#sentAt >= PAUSE_MS;
    this.#sentAt = Math.max(this.#sentAt, sentAt);
    if (!isFirst) return;
    const delay = arrivedAt - sentAt;
    if (this.#delay !== null) this.#ms += (Math.abs(delay - this.#delay) - this.#ms) * GAIN;
    this.#delay = delay;
  }

  /** In milliseconds. */
  get ms(): number {
    return this.#ms;
  }
}
