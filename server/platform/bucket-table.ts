/** Owns a token bucket for each of many keys, as viewers, links or addresses. Pure: the clock is injected. */

import { TokenBucket, type TokenBucketOptions } from "./token-bucket.ts";

/** Of more keys than this those that were not used for longest are forgotten, and begin anew with a full bucket. */
const MAX_KEYS = 10_000;

export class BucketTable {
  readonly #options: TokenBucketOptions;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(options: TokenBucketOptions) {
    this.#options = options;
  }

  /** Takes `count` tokens of a key's bucket, by default one. Returns false, and takes none, if there are not as many. */
  take(key: string, count?: number): boolean {
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#options);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > MAX_KEYS) this.#forgetOldest();
    return bucket.take(count);
  }

  forget(key: string): void {
    this.#buckets.delete(key);
  }

  #forgetOldest(): void {
    for (const key of this.#buckets.keys()) return void this.#buckets.delete(key);
  }
}
