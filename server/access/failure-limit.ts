/** Owns how often an address may show a wrong token (AC4). Pure but for the clock, which can be given. */

import { addressKey } from "./address-key.ts";

export type FailureLimitOptions = {
  /** So many failures at once. */
  readonly burst: number;
  /** And so many a second in the long run. */
  readonly perSecond: number;
  /** More addresses than these are counted as one. */
  readonly maxAddresses: number;
  /** The time in milliseconds, from any origin. */
  readonly clock: () => number;
};

const defaults: FailureLimitOptions = {
  burst: 10,
  perSecond: 1,
  maxAddresses: 10_000,
  clock: () => performance.now(),
};

/** A bucket of permitted failures for each address that failed; who never fails is not in the table. */
export class FailureLimit {
  readonly #options: FailureLimitOptions;
  readonly #buckets = new Map<string, { tokens: number; filledAt: number }>();

  constructor(options: Partial<FailureLimitOptions> = {}) {
    this.#options = { ...defaults, ...options };
  }

  /** Whether what this address shows is looked at now. */
  allows(address: string): boolean {
    return this.#tokensOf(this.#keyOf(address)) >= 1;
  }

  /** Counts a failure of this address. */
  note(address: string): void {
    const key = this.#keyOf(address);
    const tokens = this.#tokensOf(key) - 1;
    if (!this.#buckets.has(key) && this.#buckets.size >= this.#options.maxAddresses) this.#forgetFull();
    this.#buckets.set(key, { tokens: Math.max(0, tokens), filledAt: this.#options.clock() });
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  #tokensOf(key: string): number {
    const { burst, perSecond, clock } = this.#options;
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return burst;
    return Math.min(burst, bucket.tokens + ((clock() - bucket.filledAt) / 1000) * perSecond);
  }

  /** Addresses that no longer fit into the table share one bucket. */
  #keyOf(address: string): string {
    const key = addressKey(address);
    if (this.#buckets.has(key) || this.#buckets.size < this.#options.maxAddresses) return key;
    this.#forgetFull();
    return this.#buckets.size < this.#options.maxAddresses ? key : "others";
  }

  #forgetFull(): void {
    for (const key of this.#buckets.keys()) {
      if (this.#tokensOf(key) >= this.#options.burst) this.#buckets.delete(key);
    }
  }
}
