/** Owns how long to wait between attempts that fail: longer each time, never quite regular. Pure. */

export type BackOffOptions = {
  /** The first wait in milliseconds. */
  readonly startMs: number;
  /** The longest wait in milliseconds, before jitter. */
  readonly maxMs: number;
  /** How far a wait may stray from its length, as a share of it, 0 to 1. Default 0.2. */
  readonly jitter?: number;
  /** From 0 to 1, as `Math.random`, which is the default. */
  readonly random?: () => number;
};

/** Doubles from `startMs` to `maxMs`. The jitter keeps viewers from coming back to a restarted server all at once. */
export class BackOff {
  readonly #startMs: number;
  readonly #maxMs: number;
  readonly #jitter: number;
  readonly #random: () => number;
  #nextMs: number;

  constructor(options: BackOffOptions) {
    this.#startMs = options.startMs;
    this.#maxMs = options.maxMs;
    this.#jitter = options.jitter ?? 0.2;
    this.#random = options.random ?? Math.random;
    this.#nextMs = options.startMs;
  }

  /** The wait before the next attempt in milliseconds. */
  next(): number {
    const waitMs = this.#nextMs;
    this.#nextMs = Math.min(this.#maxMs, waitMs * 2);
    return waitMs * (1 + this.#jitter * (2 * this.#random() - 1));
  }

  /** An attempt succeeded: the next failure waits `startMs` again. */
  reset(): void {
    this.#nextMs = this.#startMs;
  }
}
