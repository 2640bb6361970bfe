/**
 * Owns which packets are lost: each by itself, or in bursts as Gilbert and Elliott have it: in the good state nothing is
 * lost and in the bad one everything, and the mean stay in the bad one is the mean length of a burst. Pure.
 */

import type { Random } from "./random.ts";

export class LossModel {
  readonly #random: Random;
  #isBad = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Whether the next packet is lost. `loss` is the part that is, 0 to 1; `burst` the mean length in packets, or null. */
  loses(loss: number, burst: number | null): boolean {
    if (burst === null || loss >= 1) return this.#random() < loss;
    const leaves = 1 / burst;
    const enters = Math.min(1, (leaves * loss) / (1 - loss));
    const chance = this.#random();
    this.#isBad = this.#isBad ? chance >= leaves : chance < enters;
    return this.#isBad;
  }
}
