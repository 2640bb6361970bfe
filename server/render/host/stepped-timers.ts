/**
 * Owns the timers of a scene whose time is stepped, in the render thread.
 *
 * TM1 While a scene is being set up the machine's time passes, so that what waits for something may give up as ever; no frame shows
 *     when that was.
 * TM2 What waits still when the scene is there begins to wait with the first frame.
 */

import type { SteppedClock } from "../../platform/stepped-clock.ts";

const plain = { setTimeout, clearTimeout };

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
  /** What was begun before time is stepped; null since it is. */
  #early: Set<SteppedTimer> | null = new Set();

  constructor(clock: SteppedClock) {
    this.#clock = clock;
  }

  /** Calls once, or again and again, after so many milliseconds, at least 1. */
  start(call: () => void, delayMs: number, repeats: boolean): SteppedTimer {
    const waitMs = delayMs >= 1 ? delayMs : 1;
    const timer: SteppedTimer = new SteppedTimer(() =>
      this.#after(waitMs, () => {
        if (repeats) timer.refresh();
        else this.#early?.delete(timer);
        call();
      }),
    );
    this.#early?.add(timer);
    return timer;
  }

  /** Ends the wait of a timer that `start` gave; anything else is none of ours. */
  clear(timer: unknown): void {
    if (!(timer instanceof SteppedTimer)) return;
    timer.close();
    this.#early?.delete(timer);
  }

  /** TM1, until `begin`. So it is from the start on. */
  hold(): void {
    this.#early ??= new Set();
  }

  /** TM2 */
  begin(): void {
    const waiting = [...(this.#early ?? [])];
    this.#early = null;
    for (const timer of waiting) timer.refresh();
  }

  /** TM1 */
  #after(delayMs: number, call: () => void): () => void {
    if (this.#early === null) return this.#clock.after(delayMs, call);
    const timer = plain.setTimeout(call, delayMs);
    return () => plain.clearTimeout(timer);
  }
}
