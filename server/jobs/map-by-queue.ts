/** Owns having the items of a pool done by whoever works for a queue. In the process that wants them. */

import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Json } from "../../shared/custom-message.ts";
import { StreamError } from "../../shared/errors.ts";
import type { JobInfo } from "../../shared/jobs.ts";
import type { JobQueue } from "./job-queue.ts";

export type QueueMapOptions = {
  readonly signal: AbortSignal;
  readonly maxAttempts: number;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
};

const LOOK_MS = 100;

/** Resolves with the results in the order of the items. The job is removed when it is over. */
export async function mapByQueue<Result extends Json>(
  { store }: JobQueue,
  items: readonly Json[],
  module: URL,
  { signal, maxAttempts, onProgress }: QueueMapOptions,
): Promise<Result[]> {
  if (items.length === 0) return [];
  const id = await store.add({
    name: basename(module.pathname) || "work",
    work: { kind: "script", script: module.href },
    inputs: items.map((value) => ({ kind: "value", value })),
    maxAttempts,
    timeLimitSeconds: null,
  });
  try {
    for (let told = 0; ; ) {
      const job = await store.job(id);
      if (job === null) throw new StreamError("closed", "The job was removed.");
      const { done, total } = job.tasks;
      if (done > told) onProgress?.({ done, total });
      told = done;
      if (done === total) break;
      await checkGoing(job, signal, async () => (await store.tasks(id)).find(({ state }) => state === "failed")?.error);
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
    const results = await Promise.all(items.map((_, index) => store.result(id, index)));
    return results as Result[];
  } finally {
    await store.cancel(id);
    await store.remove(id);
  }
}

async function checkGoing(
  { tasks, state }: JobInfo,
  signal: AbortSignal,
  why: () => Promise<string | null | undefined>,
): Promise<void> {
  if (signal.aborted) throw new StreamError("closed", "The work was stopped.");
  if (tasks.failed > 0) throw new StreamError("unknown", (await why()) ?? "An item failed.");
  if (state === "cancelled") throw new StreamError("closed", "The job was cancelled.");
}
