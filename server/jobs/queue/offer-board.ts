/**
 * Owns what the owner of a queue puts into Redis: an offer for each task that waits, in one queue of BullMQ. An offer names no task: who
 * takes one asks the owner, who knows the policies and which task is whose. So an offer too many or too few is no harm, and where Redis has
 * lost its data the offers are made anew.
 *
 * OB1 Of an offer whose taker is gone, its lock runs out, and BullMQ has it taken by another.
 */

import type { Queue, Worker } from "bullmq";
import { KEYS, type RedisLink } from "./redis-link.ts";

export const QUEUE = "tasks";
/** How long a taker may be silent, and how often that is looked at. */
export const OFFER_LOCK_MS = 6_000;
const LOOK_MS = 2_000;
/** At once in Redis; more follow when they are taken. */
const MAX_OFFERS = 1_000;
/** How often who has an offer may be lost is the owner's to count. */
const ALWAYS = 1_000_000_000;

export class OfferBoard {
  readonly #queue: Queue;
  readonly #looker: Worker;

  constructor({ redis, bullmq }: RedisLink) {
    const options = { connection: redis, prefix: KEYS };
    this.#queue = new bullmq.Queue(QUEUE, { ...options, streams: { events: { maxLen: 100 } } });
    this.#looker = new bullmq.Worker(QUEUE, null, {
      ...options,
      autorun: false,
      stalledInterval: LOOK_MS,
      maxStalledCount: ALWAYS,
      lockDuration: OFFER_LOCK_MS,
    });
    // Who asks for something is told of it there.
    this.#queue.on("error", () => undefined);
    this.#looker.on("error", () => undefined);
    void this.#looker.startStalledCheckTimer();
  }

  /** Has as many offers wait as there are tasks, at least: what waits besides may be that of a taker who is gone (OB1). */
  async show(tasks: number): Promise<void> {
    const { waiting = 0, prioritized = 0 } = await this.#queue.getJobCounts("waiting", "prioritized");
    const missing = Math.min(tasks, MAX_OFFERS) - waiting - prioritized;
    if (missing <= 0) return;
    const offer = { name: "task", data: {}, opts: { removeOnComplete: true, removeOnFail: true } };
    await this.#queue.addBulk(Array.from({ length: missing }, () => offer));
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#looker.close(true), this.#queue.close()]);
  }
}
