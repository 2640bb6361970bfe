/** Owns how often the picture froze, without the pauses that the browser takes for freezes. Pure. */

/** The browser tells of a freeze once it is over, and we hear of it a second later. */
const AFTERMATH_MS = 2500;

export class FreezeCount {
  #told = 0;
  #forgiven = 0;
  #isPaused = false;
  #resumedMs = Number.NEGATIVE_INFINITY;

  /** Another stream: the browser counts from 0. */
  restart(): void {
    this.#told = 0;
    this.#forgiven = 0;
  }

  setPaused(isPaused: boolean, nowMs: number): void {
    if (this.#isPaused && !isPaused) this.#resumedMs = nowMs;
    this.#isPaused = isPaused;
  }

  /** `told` is the browser's count since the stream began. */
  count(told: number, nowMs: number): number {
    if (this.#isPaused || nowMs - this.#resumedMs < AFTERMATH_MS) this.#forgiven += Math.max(0, told - this.#told);
    this.#told = told;
    return told - this.#forgiven;
  }
}
