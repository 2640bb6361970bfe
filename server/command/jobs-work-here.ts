/** Owns what `scenecast jobs` does itself about jobs: their tasks, waiting for others who do them, writing their zips. */

import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { StreamError } from "../../shared/errors.ts";
import type { JobInfo } from "../../shared/jobs.ts";
import type { JobQueue, JobStore } from "../jobs/job-queue.ts";
import { JobRunner } from "../jobs/job-runner.ts";
import { zipJob } from "../jobs/job-zip.ts";
import { diskWords } from "../platform/disk-words.ts";
import type { JobBars } from "./job-bars.ts";
import type { WorkWish } from "./jobs-flags.ts";

const SHOW_MS = 250;

export type WorkHere = {
  readonly work: WorkWish;
  /** Null for all. */
  readonly jobs: readonly string[] | null;
  readonly bars: JobBars;
  readonly signal: AbortSignal;
};

/** Does tasks until none of these jobs is left, or it is stopped. Resolves with the jobs that there was something to do for. */
export async function doTasks(queue: JobQueue, { work, jobs, bars, signal }: WorkHere): Promise<readonly string[]> {
  const seen = new Set<string>();
  const open = async (): Promise<readonly JobInfo[]> => {
    const found = (await wantedOf(queue.store, jobs)).filter(isOpen);
    for (const { id } of found) seen.add(id);
    return found;
  };
  await open();
  const runner = new JobRunner({
    source: queue.source,
    workers: work.workers ?? availableParallelism(),
    kind: work.kind,
    policy: work.policy,
    jobs,
    isOver: async () => (await open()).length === 0,
    said: (sentence) => bars.say(sentence),
    signal,
  });
  const shown = async (): Promise<void> => {
    const all = await wantedOf(queue.store, jobs);
    bars.show(all.filter((job) => isOpen(job) || seen.has(job.id)));
  };
  await whileShown(shown, runner.run());
  return [...seen];
}

/** Waits until a job is over, whoever does it. */
export async function waitFor(store: JobStore, id: string, bars: JobBars, signal: AbortSignal): Promise<void> {
  for (;;) {
    const job = await store.job(id);
    if (job === null) throw new StreamError("input-failed", `Job ${id} was removed.`);
    bars.show([job]);
    if (!isOpen(job) || signal.aborted) return;
    await delay(SHOW_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Writes the zip of a job, whole or not at all, and gives where. Rejects with `StreamError`. */
export async function downloadJob(store: JobStore, id: string, to: string | null): Promise<string> {
  const made = await zipJob(store, id);
  if (made === null) throw new StreamError("input-failed", `There is no job ${id}.`);
  const path = resolve(to ?? made.name);
  const part = `${path}.part`;
  try {
    await pipeline(made.zip, createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw diskWords(path, error);
  }
  return path;
}

async function wantedOf(store: JobStore, ids: readonly string[] | null): Promise<readonly JobInfo[]> {
  if (ids === null) return await store.list({ archived: false });
  const found = await Promise.all(ids.map((id) => store.job(id)));
  const missing = ids.find((_, index) => found[index] === null);
  if (missing !== undefined) throw new StreamError("input-failed", `There is no job ${missing}.`);
  return found.filter((job) => job !== null);
}

function isOpen({ state }: JobInfo): boolean {
  return state === "waiting" || state === "running";
}

async function whileShown(show: () => Promise<void>, work: Promise<void>): Promise<void> {
  // Where the list cannot be read, the work says so.
  const timer = setInterval(() => void show().catch(() => undefined), SHOW_MS);
  try {
    await work;
  } finally {
    clearInterval(timer);
    await show().catch(() => undefined);
  }
}
