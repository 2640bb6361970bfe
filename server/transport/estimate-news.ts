/** Owns when a changed estimate is told: at most ten times a second, and at once where far less is carried. Pure. */

import { unknownWay, type WayEstimate } from "./transport.ts";

const PAUSE_MS = 100;
const FAR_LESS = 0.7;

export class EstimateNews {
  #told: WayEstimate = unknownWay;
  #toldAt = -Infinity;

  /** Whether to tell this one now; it then counts as told. */
  isNews(estimate: WayEstimate, at: number): boolean {
    const { bitrateBps, beginBps, roundTripMs, loss } = this.#told;
    const isSameRate = estimate.bitrateBps === bitrateBps && estimate.beginBps === beginBps;
    const isSame = isSameRate && estimate.roundTripMs === roundTripMs && estimate.loss === loss;
    const isFarLess = estimate.bitrateBps !== null && estimate.bitrateBps < FAR_LESS * (bitrateBps ?? 0);
    if (isSame || (!isFarLess && at - this.#toldAt < PAUSE_MS)) return false;
    this.#told = estimate;
    this.#toldAt = at;
    return true;
  }
}
