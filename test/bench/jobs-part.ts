/** Owns the measurement of ten requests of a second each, one after another and at once, by processes and by threads. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPool } from "../../server/index.ts";
import { JobRunner } from "../../server/jobs/job-runner.ts";
import { openQueue } from "../../server/jobs/open-queue.ts";
import { type WorkerKind, workerKinds } from "../../server/jobs/worker-kind.ts";
import { ANSWER_MS, SlowAnswers } from "./slow-answers.ts";
import type { Table } from "./table.ts";

const REQUESTS = 10;
const module = new URL("../fixtures/jobs/asked-second.ts", import.meta.url);

export async function measureJobs(): Promise<Table> {
  using server = await SlowAnswers.start();
  const { url } = server;
  const rows: string[][] = [];
  for (const kind of workerKinds) {
    for (const workers of [1, REQUESTS]) {
      const [first, again] = await byPool(kind, workers, url);
      rows.push(["a pool", kind, String(workers), first.toFixed(2), again.toFixed(2)]);
      rows.push(["a job", kind, String(workers), (await byJob(kind, workers, url)).toFixed(2), ""]);
    }
  }
  return {
    title: `${REQUESTS} requests, each answered after ${ANSWER_MS / 1000} s`,
    note: "Seconds from the call to the last result: with the start of the workers, and by a pool that has them already.",
    head: ["by", "workers are", "at once", "with start", "again"],
    rows,
  };
}

async function byPool(
  kind: WorkerKind,
  workers: number,
  url: string,
): Promise<readonly [first: number, again: number]> {
  await using pool = createPool({ workers, kind });
  const items = Array.from({ length: REQUESTS }, () => url);
  const measure = () => secondsOf(async () => void (await pool.map(items, module)));
  return [await measure(), await measure()];
}

async function byJob(kind: WorkerKind, workers: number, url: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-bench-"));
  const { source, store, close } = await openQueue({ kind: "folder", folder });
  try {
    return await secondsOf(async () => {
      const inputs = Array.from({ length: REQUESTS }, () => ({ kind: "value", value: url }) as const);
      const work = { kind: "script", script: module.href } as const;
      const id = await store.add({ name: "requests", work, inputs, maxAttempts: 1, timeLimitSeconds: null });
      const isOver = async () => (await store.job(id))?.endedAt !== null;
      const { signal } = new AbortController();
      await new JobRunner({ source, workers, kind, policy: "focused", jobs: null, isOver, signal }).run();
      const done = (await store.job(id))?.tasks.done;
      if (done !== REQUESTS) throw new Error(`${done} of ${REQUESTS} requests were answered.`);
    });
  } finally {
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
