/**
 * Owns the estimate of what a WebSocket carries, from the acknowledgements of its frames alone. Pure.
 *
 * SR1 Nothing is estimated until the way was full once: before that no rate that was measured is known to be the most.
 * SR2 The way is full where every frame of the last 250 ms took 80 ms more than the shortest round trip, or where frames take
 *     300 ms and more is sent than is acknowledged. One frame that is late, as on a page that was busy, says nothing.
 * SR3 A full way lowers the estimate to 0.85 of what was acknowledged meanwhile, once a round trip, and further until it drained.
 * SR4 It grows by half a second, near where the way was full last by a twelfth, while it is used and no queue stands.
 *     A stream that needs less neither raises nor lowers it.
 */

import { LEAST_BPS } from "./delay-control.ts";
import { RateWindow } from "./rate-window.ts";

const WINDOW_MS = 1000;
const SERVICE_WINDOW_MS = 400;
const LEAST_SERVICE_MS = 100;
const LATE_MS = 250;
/** Where frames are rarer than that, so many of the last count. */
const FEWEST_ROUNDS = 3;
const QUEUE_MS = 80;
const CALM_MS = 50;
const LONG_MS = 300;
const MUCH_MORE = 1.3;
const DECREASE = 0.85;
const GROWTH_PER_S = 0.5;
const NEAR_GROWTH_PER_S = 0.08;
const NEAR = 1.15;
const USED_PART = 0.6;
const SHORTEST_PAUSE_MS = 200;
const DRAIN_MS = 400;
const LEAST_DRAIN = 0.4;
const MOST_BPS = 200_000_000;
const MOST_OF_WANTED = 2;

/** What was acknowledged and how long the way was busy with it. */
type Service = { readonly at: number; readonly bytes: number; readonly ms: number };
type Round = { readonly at: number; readonly ms: number };

export class SocketRate {
  readonly #sent = new RateWindow(WINDOW_MS);
  #services: Service[] = [];
  #acknowledgedAt: number | null = null;
  #rounds: Round[] = [];
  #rate: number | null = null;
  #full = 0;
  #most = MOST_BPS;
  #queueMs = 0;
  #loweredAt = -Infinity;
  #updatedAt: number | null = null;

  /** What the way is thought to carry, in bits a second; null: unknown. */
  get bitrateBps(): number | null {
    return this.#rate;
  }

  /** What is to be sent: less while a queue drains (SR3). */
  get targetBps(): number | null {
    if (this.#rate === null) return null;
    const drain = 1 - Math.max(0, this.#queueMs - CALM_MS) / DRAIN_MS;
    return Math.max(LEAST_BPS, this.#rate * Math.max(LEAST_DRAIN, drain));
  }

  /** More than twice of this is never estimated. */
  setWanted(bitrateBps: number | null): void {
    this.#most = bitrateBps === null ? MOST_BPS : Math.max(LEAST_BPS, bitrateBps * MOST_OF_WANTED);
  }

  noteSent(bytes: number, at: number): void {
    this.#sent.add(at, bytes);
  }

  /** Takes an acknowledgement of so many bytes; `shortestMs` is the shortest round trip of late. */
  noteAcknowledged(bytes: number, roundTripMs: number, shortestMs: number, at: number): void {
    this.#noteService(bytes, at - roundTripMs + shortestMs, at);
    const { length } = this.#rounds;
    this.#rounds = this.#rounds.filter((round, index) => round.at > at - LATE_MS || index > length - FEWEST_ROUNDS);
    this.#rounds.push({ at, ms: roundTripMs });
    const shortestLate = Math.min(...this.#rounds.map(({ ms }) => ms));
    const span = at - (this.#rounds[0]?.at ?? at);
    this.#queueMs = span < LATE_MS / 3 ? 0 : Math.max(0, shortestLate - shortestMs);
    const seconds = Math.min(at - (this.#updatedAt ?? at), 1000) / 1000;
    this.#updatedAt = at;
    const sent = this.#sent.average(at);
    const acknowledged = this.#busyBps();
    const isBehind = shortestLate > LONG_MS && acknowledged !== null && sent > acknowledged * MUCH_MORE;
    if (this.#queueMs > QUEUE_MS || isBehind) this.#lower(acknowledged, roundTripMs, at);
    else if (this.#queueMs < CALM_MS) this.#raise(sent, seconds);
  }

  /** The way was busy with these bytes since those before them were through, or since they were sent. */
  #noteService(bytes: number, from: number, at: number): void {
    const before = this.#acknowledgedAt;
    this.#acknowledgedAt = at;
    if (before === null) return;
    this.#services = this.#services.filter((service) => service.at > at - SERVICE_WINDOW_MS);
    this.#services.push({ at, bytes, ms: Math.max(0, at - Math.max(before, from)) });
  }

  #busyBps(): number | null {
    let [bytes, ms] = [0, 0];
    for (const service of this.#services) {
      bytes += service.bytes;
      ms += service.ms;
    }
    return ms < LEAST_SERVICE_MS ? null : (bytes * 8000) / ms;
  }

  #lower(acknowledged: number | null, roundTripMs: number, at: number): void {
    if (acknowledged === null || at - this.#loweredAt < Math.max(SHORTEST_PAUSE_MS, roundTripMs)) return;
    this.#loweredAt = at;
    this.#full = acknowledged;
    this.#rate = Math.max(LEAST_BPS, Math.min(this.#rate ?? this.#most, acknowledged * DECREASE));
  }

  #raise(sent: number, seconds: number): void {
    const rate = this.#rate;
    if (rate === null || sent < rate * USED_PART) return;
    const growth = rate < this.#full * NEAR ? NEAR_GROWTH_PER_S : GROWTH_PER_S;
    this.#rate = Math.max(rate, Math.min(rate * (1 + growth * seconds), this.#most));
  }
}
