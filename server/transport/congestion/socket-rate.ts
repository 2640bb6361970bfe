/**
 * Owns the estimate of what a WebSocket carries, from the acknowledgements of its frames alone. Pure.
 *
 * SO1 What the way carries is measured with frames that wait for the one before them: from its acknowledgement to their own.
 *     Less than 60 ms of that in 400 says nothing.
 * SO2 Nothing is estimated until the way was full once: before that no rate that was measured is known to be the most.
 *     It is full where every frame of the last 250 ms waited 40 ms or more for those before it, or where what is on the
 *     way takes 200 ms more than the round trip. One frame that is late, as on a page that was busy, says nothing.
 * SO3 A full way lowers the estimate to 0.95 of what is measured, once a round trip; after that it is never above what is
 *     measured. What is to be sent is lower still, by three tenths at most, while a queue stands, so that it drains.
 * SO4 It grows by four fifths a second, near where the way was full of late by a tenth, while it is used, no queue stands, and
 *     what is measured allows it. A stream that needs less neither raises nor lowers it.
 */

import { MIN_BPS } from "./delay-control.ts";
import { RateWindow } from "./rate-window.ts";

const WINDOW_MS = 1000;
const SERVICE_WINDOW_MS = 400;
const MIN_SERVICE_MS = 60;
const LATE_MS = 250;
/** Where frames are rarer than that, so many of the last count. */
const MIN_ROUNDS = 3;
const QUEUE_MS = 40;
const CALM_MS = 30;
const BEHIND_MS = 200;
const DECREASE = 0.95;
const GROWTH_PER_S = 0.8;
const NEAR_GROWTH_PER_S = 0.1;
const NEAR = 1.15;
/** Where so much more is measured than the way carried when it was full last, it is another way. */
const FAR = 1.5;
/** Who was full longer ago may carry far more by now. */
const FORGOTTEN_MS = 5000;
const USED_PART = 0.6;
const MIN_PAUSE_MS = 200;
const DRAIN_FROM_MS = 30;
const DRAIN_OVER_MS = 150;
const MIN_DRAIN = 0.7;
const MAX_BPS = 200_000_000;
const MAX_OF_WANTED = 2;

/** What was acknowledged and how long the way was busy with nothing else. */
type Service = { readonly at: number; readonly bytes: number; readonly ms: number };
/** How long a frame waited for those before it. */
type Wait = { readonly at: number; readonly ms: number };

type Acknowledgement = {
  readonly at: number;
  /** Since the newest acknowledged frame was sent. */
  readonly roundTripMs: number;
  /** The shortest of late. */
  readonly shortestMs: number;
  /** Of that frame and of all that were acknowledged with it. */
  readonly bytes: number;
  readonly frameBytes: number;
  /** What is not acknowledged yet. */
  readonly bytesOnTheWay: number;
};

export class SocketRate {
  readonly #sent = new RateWindow(WINDOW_MS);
  #services: Service[] = [];
  #acknowledgedAt: number | null = null;
  #waits: Wait[] = [];
  #rate: number | null = null;
  #full = 0;
  #fullAt = -Infinity;
  #maxBps = MAX_BPS;
  #queueMs = 0;
  #loweredAt = -Infinity;
  #updatedAt: number | null = null;

  /** What the way is thought to carry, in bits a second; null: unknown. */
  get bitrateBps(): number | null {
    return this.#rate;
  }

  /** How long what is sent waits in queues on the way, as of the last acknowledgement; null before the first. */
  get queueMs(): number | null {
    return this.#acknowledgedAt === null ? null : this.#queueMs;
  }

  /** What is to be sent: less while a queue drains (SO3). */
  get targetBps(): number | null {
    if (this.#rate === null) return null;
    const drain = 1 - Math.max(0, this.#queueMs - DRAIN_FROM_MS) / DRAIN_OVER_MS;
    return Math.max(MIN_BPS, this.#rate * Math.max(MIN_DRAIN, drain));
  }

  /** What was measured of late, in bits a second; null where the way was busy too little (SO1). */
  #measured(): number | null {
    let [bytes, ms] = [0, 0];
    for (const service of this.#services) {
      bytes += service.bytes;
      ms += service.ms;
    }
    return ms < MIN_SERVICE_MS ? null : (bytes * 8000) / ms;
  }

  /** More than twice of this is never estimated. */
  setWanted(bitrateBps: number | null): void {
    this.#maxBps = bitrateBps === null ? MAX_BPS : Math.max(MIN_BPS, bitrateBps * MAX_OF_WANTED);
  }

  noteSent(bytes: number, at: number): void {
    this.#sent.add(at, bytes);
  }

  noteAcknowledged(ack: Acknowledgement): void {
    const { at, roundTripMs } = ack;
    this.#noteService(ack);
    const measured = this.#measured();
    const queueMs = this.#noteWait(ack, measured);
    const onTheWayMs = measured === null ? 0 : (ack.bytesOnTheWay * 8000) / measured - ack.shortestMs;
    this.#queueMs = Math.max(queueMs, onTheWayMs);
    const seconds = Math.min(at - (this.#updatedAt ?? at), 1000) / 1000;
    this.#updatedAt = at;
    if (queueMs > QUEUE_MS || onTheWayMs > BEHIND_MS) this.#lower(measured, roundTripMs, at);
    else if (measured !== null && this.#rate !== null && this.#rate > measured) this.#limit(measured, at);
    else if (this.#queueMs < CALM_MS) this.#raise(measured, at, seconds);
  }

  /** SO1 */
  #noteService({ at, roundTripMs, shortestMs, bytes }: Acknowledgement): void {
    const before = this.#acknowledgedAt;
    this.#acknowledgedAt = at;
    this.#services = this.#services.filter((service) => service.at > at - SERVICE_WINDOW_MS);
    const isQueued = before !== null && before > at - roundTripMs + shortestMs;
    if (isQueued) this.#services.push({ at, bytes, ms: at - before });
  }

  /** Gives the least that a frame of late waited. */
  #noteWait({ at, roundTripMs, shortestMs, frameBytes }: Acknowledgement, measured: number | null): number {
    const { length } = this.#waits;
    this.#waits = this.#waits.filter((wait, index) => wait.at > at - LATE_MS || index > length - MIN_ROUNDS);
    const ownMs = measured === null ? 0 : (frameBytes * 8000) / measured;
    this.#waits.push({ at, ms: Math.max(0, roundTripMs - shortestMs - ownMs) });
    const span = at - (this.#waits[0]?.at ?? at);
    return span < LATE_MS / 3 ? 0 : Math.min(...this.#waits.map(({ ms }) => ms));
  }

  #lower(measured: number | null, roundTripMs: number, at: number): void {
    if (measured === null || at - this.#loweredAt < Math.max(MIN_PAUSE_MS, roundTripMs)) return;
    this.#loweredAt = at;
    this.#limit(Math.min(this.#rate ?? this.#maxBps, measured * DECREASE), at);
    this.#full = measured;
  }

  #limit(rate: number, at: number): void {
    this.#rate = Math.max(MIN_BPS, rate);
    [this.#full, this.#fullAt] = [this.#rate, at];
  }

  #raise(measured: number | null, at: number, seconds: number): void {
    const rate = this.#rate;
    if (rate === null || this.#sent.average(at) < rate * USED_PART) return;
    const allowed = Math.min(measured ?? this.#maxBps, this.#maxBps);
    const isFar = measured === null ? at - this.#fullAt > FORGOTTEN_MS : measured > FAR * this.#full;
    const isNear = rate < this.#full * NEAR && !isFar;
    const growth = isNear ? NEAR_GROWTH_PER_S : GROWTH_PER_S;
    this.#rate = Math.max(rate, Math.min(rate * (1 + growth * seconds), allowed));
  }
}
