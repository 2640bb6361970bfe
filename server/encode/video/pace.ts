/**
 * Owns when a stream with a ceiling on its frames a second may take the next one: the generic cell rate algorithm (ITU-T
 * I.371, virtual scheduling), so that the mean holds although frames come at their own times. Pure: it is told the time.
 */

/** A frame that comes this much early is taken: timers and frames are never on the dot. */
const GRAIN_MS = 1;

export class Pace {
  readonly #intervalMs: number;
  #due = -Infinity;

  /** `maxFps` is more than 0. */
  constructor(maxFps: number) {
    this.#intervalMs = 1000 / maxFps;
  }

  /** How long until a frame may be taken; 0 when one may now. */
  waitMs(nowMs: number): number {
    const wait = this.#due - nowMs;
    return wait > GRAIN_MS ? wait : 0;
  }

  /** Notes that a frame is taken. */
  take(nowMs: number): void {
    const isOnTime = nowMs - this.#due < this.#intervalMs;
    this.#due = (isOnTime ? this.#due : nowMs) + this.#intervalMs;
  }
}
