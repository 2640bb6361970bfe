/**
 * Owns whether frames that the server sent are lost on the way. Pure. The server tells now and then how many it sent; a
 * viewer that got nothing at all between two such messages, although there was something, misses frames. A scene at rest
 * sends nothing and is not missed.
 */

/** One frame may still be on its way. */
const MIN_MISSING_FRAMES = 2;

export class FrameWatch {
  #received = 0;
  #hasReceived = false;
  #sentBefore = 0;
  #missingSinceMs: number | null = null;
  #lastLookMs = 0;
  #lastReceivedMs = Number.NEGATIVE_INFINITY;

  /** When something came last, as far as anybody looked. */
  get lastReceivedMs(): number {
    return this.#lastReceivedMs;
  }

  /** Whether frames are missing now. */
  get isMissing(): boolean {
    return this.#missingSinceMs !== null;
  }

  /** For how long frames have been missing at the last look; 0 when none are. */
  get missingMs(): number {
    return this.#missingSinceMs === null ? 0 : Math.max(1, this.#lastLookMs - this.#missingSinceMs);
  }

  /** A look at what came in: `count` is anything that only grows as video comes. */
  handleReceived(count: number, nowMs: number): void {
    this.#lastLookMs = nowMs;
    if (count <= this.#received) return;
    this.#received = count;
    this.#hasReceived = true;
    this.#lastReceivedMs = nowMs;
    this.#missingSinceMs = null;
  }

  /** What is missing by now is nobody's loss: the viewer looked away. */
  forgive(): void {
    this.#missingSinceMs = null;
    this.#hasReceived = true;
  }

  /** The server says how many frames it sent. Look at what came in before. */
  handleSent(frames: number, nowMs: number): void {
    if (this.#hasReceived) {
      this.#sentBefore = frames;
      this.#hasReceived = false;
    } else if (frames - this.#sentBefore >= MIN_MISSING_FRAMES) {
      this.#missingSinceMs ??= nowMs;
    }
  }
}
