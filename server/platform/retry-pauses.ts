/**
 * Owns how long a server of others that failed is left alone before it is tried again: as often as one needs that is started again
 * every two seconds, after two minutes every fifteen seconds. One that refuses us is tried seldom. Pure: the clock is injected.
 */

import { type Milliseconds, now } from "../../shared/time.ts";

const RETRY_MS = { first: 250, soon: 2000, late: 15_000 } as const;
/** So long it is tried often. */
const SOON_FOR_MS = 120_000;
const REFUSED_MS = { first: 30_000, last: 300_000 } as const;

export class RetryPauses {
  readonly #clock: () => Milliseconds;
  #failures = 0;
  #refusals = 0;
  #since: Milliseconds;

  constructor(clock: () => Milliseconds = now) {
    this.#clock = clock;
    this.#since = clock();
  }

  /** It works: the next failure is its first. */
  noteWorks(): void {
    this.#failures = 0;
    this.#refusals = 0;
  }

  /** It failed; returns how many milliseconds to wait. */
  failed(): number {
    const at = this.#clock();
    if (this.#failures === 0) this.#since = at;
    this.#failures += 1;
    if (at - this.#since > SOON_FOR_MS) return RETRY_MS.late;
    return Math.min(RETRY_MS.soon, RETRY_MS.first * 2 ** Math.min(8, this.#failures - 1));
  }

  /** It says that it will not have us; returns how many milliseconds to wait. */
  refused(): number {
    this.#refusals += 1;
    return Math.min(REFUSED_MS.last, REFUSED_MS.first * 2 ** Math.min(8, this.#refusals - 1));
  }
}
