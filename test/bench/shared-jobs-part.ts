/**
 * Owns the measurement of jobs across machines: ten requests of a second each, by several workers that share nothing but Redis and HTTP, and
 * what it costs to hand out a task that does nothing, beside a folder of this machine.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobQueue } from "../../server/jobs/job-queue.ts";
import { JobRunner } from "../../server/jobs/job-runner.ts";
import { openQueue } from "../../server/jobs/open-queue.ts";
import type { Json } from "../../shared/custom-message.ts";
import type { Child } from "../support/child.ts";
import { serveQueue, startWorker } from "../support/queue-machines.ts";
import { RedisServer } from "../support/redis-server.ts";
import { ANSWER_MS, SlowAnswers } from "./slow-answers.ts";
import type { Table } from "./table.ts";

const REQUESTS = 10;
const MACHINES = [1, 2, 4] as const;
/** Tasks that do nothing. */
const TASKS = 200;
const asked = new URL("../fixtures/jobs/asked-second.ts", import.meta.url);
const nothing = new URL("../fixtures/jobs/nothing.ts", import.meta.url);

export async function measureSharedJobs(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-bench-"));
  const redis = await RedisServer.start(join(folder, "redis"));
  const owner = await serveQueue(redis.url, join(folder, "owner"));
  const queue = await openQueue({ kind: "queue", url: redis.url });
  const rows: string[][] = [];
  try {
    for (const machines of MACHINES) rows.push(await byMachines(redis.url, folder, queue, machines));
    rows.push(await inFolder(join(folder, "local")));
  } finally {
    await queue.close();
    await owner.close();
    await redis.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    title: `Jobs across machines: ${REQUESTS} requests, each answered after ${ANSWER_MS / 1000} s, and ${TASKS} tasks that do nothing`,
    note: "A worker does a task at once, and has the script already. Seconds from adding the job until it is over; milliseconds a task that does nothing.",
    head: ["kept in", "workers", "requests, s", "nothing, ms a task"],
    rows,
  };
}

async function byMachines(url: string, folder: string, queue: JobQueue, machines: number): Promise<string[]> {
  const words = ["--workers", "1"];
  const started = Array.from({ length: machines }, (_, at) =>
    startWorker(url, join(folder, `worker-${at}`), { words }),
  );
  const workers: Child[] = await Promise.all(started);
  try {
    return ["Redis", String(machines), ...(await measured(queue, machines))];
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
}

async function inFolder(folder: string): Promise<string[]> {
  const queue = await openQueue({ kind: "folder", folder });
  const stop = new AbortController();
  const runner = new JobRunner({
    ...{ source: queue.source, workers: 1, kind: "processes", policy: "focused", jobs: null, signal: stop.signal },
    isOver: () => Promise.resolve(false),
  });
  const working = runner.run();
  try {
    return ["a folder", "1", ...(await measured(queue, 1))];
  } finally {
    stop.abort();
    await working;
    await queue.close();
  }
}

async function measured(queue: JobQueue, workers: number): Promise<string[]> {
  using server = await SlowAnswers.start();
  const repeat = (value: Json, count: number): Json[] => Array.from({ length: count }, () => value);
  await secondsOf(queue, asked, repeat(server.url, 2 * workers));
  const requests = await secondsOf(queue, asked, repeat(server.url, REQUESTS));
  await secondsOf(queue, nothing, repeat(0, 2 * workers));
  const empty = await secondsOf(queue, nothing, repeat(0, TASKS));
  return [requests.toFixed(2), ((empty / TASKS) * 1000).toFixed(1)];
}

async function secondsOf({ store }: JobQueue, module: URL, values: readonly Json[]): Promise<number> {
  const inputs = values.map((value) => ({ kind: "value", value }) as const);
  const work = { kind: "script", script: module.href } as const;
  const begun = performance.now();
  const id = await store.add({ name: "measured", work, inputs, maxAttempts: 1, timeLimitSeconds: null });
  for (;;) {
    const job = await store.job(id);
    if ((job?.tasks.failed ?? 1) > 0) throw new Error("A task failed.");
    if (job?.tasks.done === values.length) return (performance.now() - begun) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
