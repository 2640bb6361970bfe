/** Owns a bound on how often something may happen. Pure: the clock is injected. */

import type { Milliseconds } from "../../shared/time.ts";

/** `perSecond` things in the long run, `burst` at once; both 1 or more. */
export type TokenBucketOptions = {
  readonly perSecond: number;
  readonly burst: number;
  /** The time in milliseconds, from any origin; may not go back. */
  readonly clock: () => Milliseconds;
};

/** A bucket that starts full and refills evenly. */
export class TokenBucket {
  readonly #options: TokenBucketOptions;
  #tokens: number;
  #filledAt: Milliseconds;

  constructor(options: TokenBucketOptions) {
    if (!(options.perSecond >= 1)) throw new TypeError("options.perSecond must be a number from 1.");
    if (!(options.burst >= 1)) throw new TypeError("options.burst must be a number from 1.");
    this.#options = options;
    this.#tokens = options.burst;
    this.#filledAt = options.clock();
  }

  /** Takes `count` tokens, by default one. Returns false, and takes none, if there are not as many. */
  take(count: number = 1): boolean {
    const { perSecond, burst, clock } = this.#options;
    const time = clock();
    this.#tokens = Math.min(burst, this.#tokens + ((time - this.#filledAt) / 1000) * perSecond);
    this.#filledAt = time;
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }
}
