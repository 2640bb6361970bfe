/**
 * Owns the pool that scripts use: a module's default export is called for each item, by processes or threads here, or by whoever works for
 * a queue. In the script's process.
 */

import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "../../shared/custom-message.ts";
import { StreamError } from "../../shared/errors.ts";
import { makeKeptFolder, removeKeptFolder } from "../platform/kept-folder.ts";
import type { JobQueue } from "./job-queue.ts";
import { moduleOf } from "./kinds-of-work.ts";
import { mapByQueue } from "./map-by-queue.ts";
import { openQueue } from "./open-queue.ts";
import { PiecePool } from "./piece-pool.ts";
import { type PoolOptions, type ResolvedPool, resolvePool } from "./pool-options.ts";
import type { TaskPiece, TaskProgress } from "./task-piece.ts";

/** What `map` takes besides. */
export type MapOptions = {
  /** Stops what is not over when aborted; `map` rejects with "closed". */
  readonly signal?: AbortSignal;
  /** Called when an item is over: how many are, of how many. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
};

/** Calls modules for many items at once. Made by `createPool`; `close` or `await using` ends it. */
export type Pool = AsyncDisposable & {
  /**
   * Calls the default export of `module` as `work(item, { progress, signal, output })` for each item, in their order, and resolves with the
   * results in that order. Items and results are JSON; `output` is a folder that is gone when the item is over. Rejects with the first
   * failure, which stops the others: what the work threw, `StreamError` "piece-lost" where its worker was lost too often, or "closed".
   */
  map<Result extends Json = Json>(items: Iterable<Json>, module: URL, options?: MapOptions): Promise<Result[]>;
  /** Ends all that runs. Idempotent. */
  close(): Promise<void>;
};

/**
 * Makes a pool. The work has all rights of this process. Throws `TypeError` where an option is wrong; a `queue` that cannot be reached
 * rejects `map`.
 */
export function createPool(options: PoolOptions = {}): Pool {
  const resolved = resolvePool(options);
  return resolved.queue === null ? new LocalPool(resolved) : new QueuePool(resolved, resolved.queue);
}

class LocalPool implements Pool {
  readonly #pool: PiecePool<TaskPiece, TaskProgress, Json>;
  readonly #folder = makeKeptFolder(tmpdir());
  #count = 0;

  constructor({ workers, kind, maxAttempts, onMessage }: ResolvedPool) {
    const module = moduleOf("script");
    this.#pool = new PiecePool({ module, workers, kind, processes: "kept", maxAttempts, printed: onMessage });
  }

  async map<Result extends Json>(
    items: Iterable<Json>,
    module: URL,
    { signal, onProgress }: MapOptions = {},
  ): Promise<Result[]> {
    const all = [...items];
    const work = { kind: "script", script: module.href } as const;
    const stop = new AbortController();
    const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    let done = 0;
    const one = async (value: Json): Promise<Result> => {
      this.#count += 1;
      const output = join(this.#folder, String(this.#count));
      const begun = (): void => {
        // Nothing of an attempt that was lost is in it.
        rmSync(output, { recursive: true, force: true });
        mkdirSync(output);
      };
      try {
        const result = await this.#pool.run({ work, input: { kind: "value", value }, output }, { signal: both, begun });
        done += 1;
        onProgress?.({ done, total: all.length });
        return result as Result;
      } finally {
        rmSync(output, { recursive: true, force: true });
      }
    };
    try {
      return await Promise.all(all.map(one));
    } catch (error) {
      stop.abort();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
    removeKeptFolder(this.#folder);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

class QueuePool implements Pool {
  readonly #options: ResolvedPool;
  readonly #url: string;
  readonly #closing = new AbortController();
  #queue: Promise<JobQueue> | null = null;

  constructor(options: ResolvedPool, url: string) {
    this.#options = options;
    this.#url = url;
  }

  async map<Result extends Json>(items: Iterable<Json>, module: URL, options: MapOptions = {}): Promise<Result[]> {
    if (this.#closing.signal.aborted) throw new StreamError("closed", "The pool was closed.");
    this.#queue ??= openQueue({ kind: "queue", url: this.#url });
    const own = this.#closing.signal;
    const signal = options.signal === undefined ? own : AbortSignal.any([options.signal, own]);
    const { maxAttempts } = this.#options;
    return await mapByQueue<Result>(await this.#queue, [...items], module, { ...options, signal, maxAttempts });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const queue = await this.#queue?.catch(() => null);
    await queue?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
