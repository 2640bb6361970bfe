/**
 * Owns the rate that the delay on the way allows: additive or multiplicative increase, multiplicative decrease
 * (draft-ietf-rmcat-gcc-02 section 5.5). Pure.
 *
 * DC1 Over-use lowers it to 0.85 of what came in, never raises it, and no more often than once a round trip.
 * DC2 Far from the last rate at which the way was full it grows by 8 % a second, near it by about a packet a round trip.
 * DC3 It grows to at most 1.5 of what came in. Too little to send neither raises nor lowers it.
 * DC4 It does not grow while a queue stands, and a queue that stands at 100 ms is over-use however steady it is.
 * DC5 A way that fills up far faster than it empties is over-use at once, and lowers it to 0.85 of what came through then.
 * DC6 What a probe proved raises it at once.
 */

import type { Usage } from "./trendline.ts";

/** What is measured when feedback comes. */
export type WayState = {
  readonly usage: Usage;
  readonly queueMs: number;
  /** What came in of late in bits a second, and what came in the last tenth of a second; null: too little to say. */
  readonly incomingBps: number | null;
  readonly busyBps: number | null;
  readonly roundTripMs: number;
  /** What came through while the way filled up; null where it does not. */
  readonly fillingBps: number | null;
};

export const MIN_BPS = 100_000;
const DECREASE = 0.85;
const GROWTH_PER_S = 0.08;
const NEAR_GROWTH_PER_S = 0.01;
const PACKET_BITS = 1200 * 8;
const MAX_OF_INCOMING = 1.5;
const INCOMING_SLACK_BPS = 10_000;
/** Above this the way has changed. */
const NEAR = 1.15;
/** A queue shorter than this is noise. */
const QUEUE_MS = 15;
const CALM_QUEUE_MS = 50;
const STANDING_QUEUE_MS = 100;
const MIN_PAUSE_MS = 100;

export class DelayControl {
  #rate: number;
  /** What came in when the way was last full. */
  #full: number | null = null;
  #decreasedAt = -Infinity;
  #updatedAt: number | null = null;

  constructor(bitrateBps: number) {
    this.#rate = bitrateBps;
  }

  get bitrateBps(): number {
    return this.#rate;
  }

  /** Takes what was measured. Returns whether it was lowered. */
  update(way: WayState, at: number): boolean {
    const elapsed = Math.min(at - (this.#updatedAt ?? at), 1000) / 1000;
    this.#updatedAt = at;
    const isOver =
      (way.usage === "over" && way.queueMs > QUEUE_MS) || way.queueMs > STANDING_QUEUE_MS || way.fillingBps !== null;
    if (isOver) return this.#decrease(way, at);
    if (way.usage === "normal" && way.queueMs < CALM_QUEUE_MS) this.#increase(way, elapsed);
    return false;
  }

  /** Takes what a probe proved (DC6). */
  prove(bitrateBps: number): void {
    if (bitrateBps <= this.#rate) return;
    this.#rate = bitrateBps;
    this.#forgetFull();
  }

  /** Keeps it at most so high. */
  limit(bitrateBps: number): void {
    this.#rate = Math.max(MIN_BPS, Math.min(this.#rate, bitrateBps));
  }

  #decrease({ busyBps, incomingBps, roundTripMs, fillingBps }: WayState, at: number): boolean {
    const incoming = fillingBps ?? busyBps ?? incomingBps;
    const isMuch = incoming !== null && incoming < this.#rate / 2;
    const pause = isMuch ? MIN_PAUSE_MS : Math.max(MIN_PAUSE_MS, roundTripMs);
    if (incoming === null || at - this.#decreasedAt < pause) return false;
    this.#decreasedAt = at;
    const known = this.#full;
    this.#full =
      known === null || incoming < known * 0.8 || incoming > known * NEAR ? incoming : known * 0.8 + incoming * 0.2;
    const rate = Math.max(MIN_BPS, incoming * DECREASE);
    if (rate >= this.#rate) return false;
    this.#rate = rate;
    return true;
  }

  #increase({ incomingBps, roundTripMs }: WayState, seconds: number): void {
    const near = Math.max(PACKET_BITS / ((roundTripMs + 100) / 1000), this.#rate * NEAR_GROWTH_PER_S);
    const grown = this.#rate + seconds * (this.#full === null ? this.#rate * GROWTH_PER_S : near);
    const max = incomingBps === null ? 0 : incomingBps * MAX_OF_INCOMING + INCOMING_SLACK_BPS;
    this.#rate = Math.max(this.#rate, Math.min(grown, max));
    this.#forgetFull();
  }

  #forgetFull(): void {
    if (this.#full !== null && this.#rate > this.#full * NEAR) this.#full = null;
  }
}
