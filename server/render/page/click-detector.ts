/** Owns when presses and releases of a pointer make a click, as browsers decide it. Pure but for the time it is given. */

import type { Milliseconds } from "../../../shared/time.ts";
import type { PixelPoint } from "./events/input-events.ts";

type Press = { readonly isTouch: boolean; isDrag: boolean };
type Click = { readonly button: number; readonly at: PixelPoint; readonly time: Milliseconds; readonly count: number };

const REPEAT_TIME = 500;
const REPEAT_DISTANCE = 5;
const MAX_PRESSES = 64;

/** Follows presses and says which release is a click, and the how manieth in a row. */
export class ClickDetector {
  readonly #presses = new Map<string, Press>();
  #last: Click | null = null;

  press(pointerId: number, button: number, isTouch: boolean): void {
    if (this.#presses.size >= MAX_PRESSES) this.#presses.clear();
    this.#presses.set(`${pointerId}:${button}`, { isTouch, isDrag: false });
    const touches = [...this.#presses.values()].filter((press) => press.isTouch);
    // Two fingers pinch; none of them taps.
    if (touches.length > 1) for (const touch of touches) touch.isDrag = true;
  }

  /** The pointer wandered too far for a tap. A mouse clicks after a drag all the same. */
  drag(pointerId: number): void {
    const press = this.#presses.get(`${pointerId}:0`);
    if (press?.isTouch) press.isDrag = true;
  }

  /** Returns the number of the click in a row (DOM's `detail`), or 0 if this release is no click. */
  release(pointerId: number, button: number, at: PixelPoint, time: Milliseconds): number {
    const key = `${pointerId}:${button}`;
    const press = this.#presses.get(key);
    this.#presses.delete(key);
    if (press === undefined || press.isDrag) return 0;
    const last = this.#last;
    const isRepeat =
      last !== null &&
      last.button === button &&
      time - last.time <= REPEAT_TIME &&
      distance(last.at, at) <= REPEAT_DISTANCE;
    this.#last = { button, at, time, count: isRepeat ? last.count + 1 : 1 };
    return this.#last.count;
  }

  cancel(pointerId: number): void {
    for (const key of this.#presses.keys()) {
      if (key.startsWith(`${pointerId}:`)) this.#presses.delete(key);
    }
  }
}

function distance(a: PixelPoint, b: PixelPoint): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
