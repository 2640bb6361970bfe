/**
 * Owns how a worker takes offers from Redis (offer-board.ts), keeps them while it does a task, and gives back what it does not need.
 */

import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Job, Worker } from "bullmq";
import { OFFER_LOCK_MS, QUEUE } from "./offer-board.ts";
import { KEYS, type RedisLink } from "./redis-link.ts";

export type Offer = { readonly id: string; readonly job: Job };

/** How long Redis may take to answer; later the offer is taken by the next who asks. */
const ANSWER_MS = 2_000;
const AWAY_MS = 200;

export class OfferTaker {
  readonly #link: RedisLink;
  readonly #worker: Worker;
  readonly #token = randomBytes(16).toString("hex");
  /** Taken, and for whoever asks first. */
  readonly #held: Offer[] = [];
  #fetching: Promise<void> | null = null;
  #waiters = 0;
  #isClosed = false;

  constructor(link: RedisLink) {
    this.#link = link;
    this.#worker = new link.bullmq.Worker(QUEUE, null, {
      connection: link.redis,
      prefix: KEYS,
      autorun: false,
      skipStalledCheck: true,
      lockDuration: OFFER_LOCK_MS,
    });
    this.#worker.on("error", () => undefined);
  }

  /** Null where none waits, or Redis does not answer. */
  async next(): Promise<Offer | null> {
    if (this.#held.length === 0 && this.#link.isThere) {
      await Promise.race([this.#fetch(false), delay(ANSWER_MS, undefined, { ref: false })]);
    }
    return this.#held.shift() ?? null;
  }

  /** Resolves when one may be there, or after `maxMs`; at once when the signal is aborted. */
  async wait(maxMs: number, signal: AbortSignal): Promise<void> {
    const rest = (ms: number) => delay(ms, undefined, { signal }).catch(() => undefined);
    if (!this.#link.isThere) return void (await rest(Math.min(maxMs, AWAY_MS)));
    this.#waiters += 1;
    this.#fetching ??= this.#fetch(true).finally(() => {
      this.#fetching = null;
    });
    const stop = new AbortController();
    try {
      const late = delay(maxMs, undefined, { signal: AbortSignal.any([signal, stop.signal]) });
      await Promise.race([this.#fetching, late.catch(() => undefined)]);
    } finally {
      stop.abort();
      this.#waiters -= 1;
    }
  }

  /** Says that its task is still being done. Where Redis does not hear it, another may be offered it, which does no harm. */
  keep({ job }: Offer): void {
    if (this.#link.isThere) job.extendLock(this.#token, OFFER_LOCK_MS).catch(() => undefined);
  }

  /** There was nothing to do for it, or that is over. */
  end({ job }: Offer): void {
    job.moveToCompleted(null, this.#token, false).catch(() => undefined);
  }

  /** Another may do it. */
  async giveBack({ job }: Offer): Promise<void> {
    if (this.#link.isThere) await job.moveToWait(this.#token).catch(() => undefined);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const offer of this.#held.splice(0)) await this.giveBack(offer);
    await this.#worker.close(true).catch(() => undefined);
  }

  async #fetch(block: boolean): Promise<void> {
    try {
      const job = await this.#worker.getNextJob(this.#token, { block });
      if (job?.id === undefined) return;
      const offer = { id: job.id, job };
      // All who waited have found something else to do.
      const isWanted = !this.#isClosed && (!block || this.#waiters > 0);
      if (isWanted) this.#held.push(offer);
      else await this.giveBack(offer);
    } catch {
      // It is asked again.
      await delay(AWAY_MS, undefined, { ref: false });
    }
  }
}
