/** Owns the time of the drive that is shown: it goes on, waits, jumps and begins again. */

import type { SensorStream } from "./sensor-stream.ts";

/** Where frames are drawn seldom, time goes slower, and is not lost: no more than this from one to the next, in seconds. */
const MAX_STEP = 0.25;

export class Player {
  /** In seconds of the drive. */
  time = 0;
  /** Which way it went last. */
  isBackwards = false;
  readonly #duration: number;
  /** What the scene's clock said last; null after a rest. */
  #last: number | null = null;
  #hasBegun = false;

  constructor(duration: number) {
    this.#duration = duration;
  }

  /**
   * Goes on to what the scene's clock says, at `speed`, and from the end to the beginning; waits while something is not read yet. By the
   * clock and not by frames, so that a movie of it can be drawn in pieces.
   */
  advance(elapsed: number, speed: number, isComplete: boolean): void {
    const passed = this.#last === null ? 0 : Math.min(elapsed - this.#last, MAX_STEP);
    // A piece of a movie begins in the middle.
    const step = this.#hasBegun ? passed : elapsed;
    [this.#last, this.#hasBegun, this.isBackwards] = [elapsed, true, false];
    if (isComplete) this.time = this.#duration > 0 ? (this.time + step * speed) % this.#duration : 0;
  }

  /** What passes until it goes on does not count. */
  rest(): void {
    [this.#last, this.#hasBegun] = [null, true];
  }

  jump(seconds: number): void {
    const time = Math.min(Math.max(seconds, 0), this.#duration);
    this.isBackwards = time < this.time;
    this.time = time;
  }

  /** To the next frame of a sensor, or the one before. */
  step(stream: SensorStream | null, by: 1 | -1): void {
    const frames = stream?.frames ?? [];
    const found =
      by === 1
        ? frames.find(({ time }) => time > this.time + 1e-6)
        : frames.findLast(({ time }) => time < this.time - 1e-6);
    this.jump(found?.time ?? (by === 1 ? this.#duration : 0));
  }
}
