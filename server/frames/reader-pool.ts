/**
 * Owns which readers of the frame ring are lent, for the process that starts the threads: each number stands for one reading
 * thread at a time.
 *
 * RP1 A number is lent to one at a time, and none beyond those that the ring has.
 * RP2 It is given back once its thread is gone and the ring has forgotten it (FR5 in frame-ring.ts), not before.
 */

export class ReaderPool {
  readonly #max: number;
  readonly #lent = new Set<number>();

  /** `max` is how many readers the ring was allocated with, at least 1. */
  constructor(max: number) {
    if (!Number.isInteger(max) || max < 1) throw new TypeError("max must be a whole number of at least 1.");
    this.#max = max;
  }

  /** How many can be taken now. */
  get free(): number {
    return this.#max - this.#lent.size;
  }

  /** Lends the lowest number that is free; null where none is. */
  take(): number | null {
    for (let index = 0; index < this.#max; index += 1) {
      if (this.#lent.has(index)) continue;
      this.#lent.add(index);
      return index;
    }
    return null;
  }

  /** As `take`, for what must have a reader as long as it lives. Throws where the ring was allocated with too few. */
  reserve(): number {
    const index = this.take();
    if (index === null)
      throw new TypeError(`max must be more than ${this.#max}: all readers of the ring are reserved.`);
    return index;
  }

  /** Takes back a number that was lent (RP2). */
  giveBack(index: number): void {
    if (!this.#lent.delete(index)) throw new TypeError(`index must be one that was taken, not ${index}.`);
  }
}
