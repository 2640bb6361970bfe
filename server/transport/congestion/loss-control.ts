/**
 * Owns the rate that losses allow (draft-ietf-rmcat-gcc-02 section 6). Pure.
 *
 * LC1 More than 10 % lost lowers it by half of that part, not below what comes through; less than 2 % raises it again;
 *     between them it stays.
 * LC2 Losses are counted over at least 300 ms and sixty packets, so that few lost by chance are not taken for more.
 * LC3 Once it no longer holds anything back it is no limit any more.
 */

const HIGH = 0.1;
const LOW = 0.02;
const GROWTH_PER_S = 0.15;
const MIN_MS = 300;
const MIN_PACKETS = 60;
const FORGET_FACTOR = 2;

export class LossControl {
  #rate = Number.POSITIVE_INFINITY;
  #lost = 0;
  #arrived = 0;
  #since: number | null = null;
  #loss = 0;

  /** Infinity where losses limit nothing. */
  get bitrateBps(): number {
    return this.#rate;
  }

  /** The part that was lost of late, 0 to 1. */
  get loss(): number {
    return this.#loss;
  }

  /** Takes counts of packets. `otherwiseBps` is the rate that would be without losses, `incomingBps` what came through. */
  add(lost: number, arrived: number, otherwiseBps: number, incomingBps: number | null, at: number): void {
    this.#lost += lost;
    this.#arrived += arrived;
    this.#since ??= at;
    const elapsed = at - this.#since;
    const total = this.#lost + this.#arrived;
    if (elapsed < MIN_MS || total < MIN_PACKETS) return;
    this.#loss = Math.max(0, this.#lost) / total;
    [this.#lost, this.#arrived, this.#since] = [0, 0, at];
    this.#follow(otherwiseBps, incomingBps ?? 0, Math.min(elapsed, 1000) / 1000);
  }

  /** A probe showed that so much comes through. */
  prove(bitrateBps: number): void {
    if (bitrateBps > this.#rate) this.#rate = bitrateBps;
  }

  #follow(otherwise: number, incoming: number, seconds: number): void {
    const rate = Math.min(this.#rate, otherwise);
    if (this.#loss > HIGH) this.#rate = Math.min(rate, Math.max(rate * (1 - this.#loss / 2), incoming));
    else if (this.#loss < LOW) this.#rate *= 1 + GROWTH_PER_S * seconds;
    if (this.#rate > otherwise * FORGET_FACTOR) this.#rate = Number.POSITIVE_INFINITY;
  }
}
