/** Owns when the process of a scene is started again after it fell. Pure: it is told the time. */

/** Milliseconds to wait after the first, second, … fall within the window. One more fall and it stays down. */
const DELAYS_MS: readonly number[] = [0, 250, 500, 1000, 2000];

/** A process that lived this long has a clean record again. */
const WINDOW_MS = 30_000;

export class RestartPolicy {
  #falls: number[] = [];

  /** The number of falls within the window, the last one included. */
  get attempt(): number {
    return this.#falls.length;
  }

  /** Forgets what fell: what falls next is another. */
  reset(): void {
    this.#falls = [];
  }

  /** Notes a fall at the time `nowMs`. Returns how long to wait before the next start, or null to give up. */
  fell(nowMs: number): number | null {
    this.#falls = [...this.#falls.filter((at) => nowMs - at < WINDOW_MS), nowMs];
    return DELAYS_MS[this.#falls.length - 1] ?? null;
  }
}
