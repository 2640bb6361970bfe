/**
 * Owns how many watch by HLS, as far as requests tell: players have no connection of their own, but ask for their playlist again and
 * again, once a part where they wait for it, else once a segment. Pure.
 */

import type { Milliseconds } from "../../shared/time.ts";

const SLOT_MS = 1000;
const SLOTS = 6;

export class HlsAudience {
  readonly #clock: () => Milliseconds;
  /** How long the requests of each of the last seconds stand for, the newest last. */
  readonly #slots: number[] = Array.from({ length: SLOTS }, () => 0);
  #slot = 0;
  #askedAt: number;

  constructor(clock: () => Milliseconds) {
    this.#clock = clock;
    this.#askedAt = clock();
  }

  /** Somebody asked who will ask again after so long. */
  note(everyMs: number): void {
    this.#move();
    const last = SLOTS - 1;
    this.#slots[last] = (this.#slots[last] ?? 0) + everyMs;
    this.#askedAt = this.#clock();
  }

  /** Somebody asked for something else. */
  touch(): void {
    this.#askedAt = this.#clock();
  }

  get count(): number {
    this.#move();
    // The second that has just begun is left out.
    const whole = this.#slots.slice(0, -1);
    return Math.round(whole.reduce((sum, ms) => sum + ms, 0) / (SLOT_MS * whole.length));
  }

  /** How long nobody has asked for anything. */
  get silentMs(): number {
    return this.#clock() - this.#askedAt;
  }

  #move(): void {
    const slot = Math.floor(this.#clock() / SLOT_MS);
    const passed = Math.min(SLOTS, slot - this.#slot);
    this.#slot = slot;
    for (let index = 0; index < passed; index += 1) {
      this.#slots.shift();
      this.#slots.push(0);
    }
  }
}
