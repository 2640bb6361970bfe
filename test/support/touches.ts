/** Owns fingers on a page: real touch input of Chromium, by its DevTools protocol. The page must be opened with `hasTouch`. */

import type { CDPSession, Page } from "playwright-core";

type Place = readonly [x: number, y: number];
export type FingerMove = { readonly from: Place; readonly to: Place };

export class Touches {
  readonly #session: CDPSession;

  static async start(page: Page): Promise<Touches> {
    return new Touches(await page.context().newCDPSession(page));
  }

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  /** Puts a finger down for each move, moves all of them together in `steps` steps, and lifts them. */
  async move(fingers: readonly FingerMove[], steps: number = 12): Promise<void> {
    const at = (share: number) =>
      fingers.map(({ from, to }, id) => ({
        x: from[0] + (to[0] - from[0]) * share,
        y: from[1] + (to[1] - from[1]) * share,
        id,
      }));
    await this.#dispatch("touchStart", at(0));
    for (let step = 1; step <= steps; step += 1) await this.#dispatch("touchMove", at(step / steps));
    await this.#dispatch("touchEnd", []);
  }

  async #dispatch(
    type: "touchStart" | "touchMove" | "touchEnd",
    touchPoints: { x: number; y: number; id: number }[],
  ): Promise<void> {
    await this.#session.send("Input.dispatchTouchEvent", { type, touchPoints });
  }
}
