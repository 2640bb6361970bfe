/** A hand that hurries at a page of the scene counted.ts: it notes how much it did, to be compared with what the scene counted. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";

/** Digits one after the other and now and then a press, until it is told to stop. */
export class HurriedHand {
  keys = 0;
  presses = 0;
  readonly #page: Page;
  readonly #end = new AbortController();
  readonly #working: Promise<void>;

  constructor(page: Page) {
    this.#page = page;
    this.#working = this.#work();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    while (!this.#end.signal.aborted) {
      await this.#page.keyboard.press(String(this.keys % 10));
      this.keys += 1;
      if (this.keys % 5 === 0) {
        await this.#page.mouse.click(300 + (this.keys % 50) * 10, 300);
        this.presses += 1;
      }
      await sleep(30);
    }
  }
}
