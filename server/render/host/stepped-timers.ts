/** Owns the timers of a scene whose time is stepped: they go by its clock. In the render thread. */

import type { SteppedClock } from "../../platform/stepped-clock.ts";

/** What a scene holds of a timer; as much of Node's as is in use. */
class SteppedTimer {
  #cancel: () => void = () => undefined;
  readonly #start: () => () => void;

  constructor(start: () => () => void) {
    this.#start = start;
    this.refresh();
  }

  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
  refresh(): this {
    this.#cancel();
    this.#cancel = this.#start();
    return this;
  }
  close(): this {
    this.#cancel();
    return this;
  }
}

export class SteppedTimers {
  readonly #clock: SteppedClock;

  constructor(clock: SteppedClock) {
    this.#clock = clock;
  }

  /** Calls once, or again and again, after so many milliseconds, at least 1. */
  start(call: () => void, delayMs: number, repeats: boolean): SteppedTimer {
    const waitMs = delayMs >= 1 ? delayMs : 1;
    const timer: SteppedTimer = new SteppedTimer(() =>
      this.#clock.after(waitMs, () => {
        if (repeats) timer.refresh();
        call();
      }),
    );
    return timer;
  }

  /** Ends the wait of a timer that `start` gave; anything else is none of ours. */
  clear(timer: unknown): void {
    if (timer instanceof SteppedTimer) timer.close();
  }
}
