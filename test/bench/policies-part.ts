/**
 * Owns the measurement of policies: four jobs at once of about a second each, counting primes in tasks, by two workers. Real jobs by the
 * real list, so the figures hold what handing out costs.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPool } from "../../server/index.ts";
import type { JobQueue } from "../../server/jobs/job-queue.ts";
import { JobRunner } from "../../server/jobs/job-runner.ts";
import { openQueue } from "../../server/jobs/open-queue.ts";
import { type Policy, policies } from "../../server/jobs/policies.ts";
import type { PrimesRange } from "../fixtures/jobs/counted-primes.ts";
import type { Table } from "./table.ts";

const JOBS = 4;
const TASKS = 20;
const WORKERS = 2;
/** What a task computes alone, about. */
const TASK_MS = 1000 / TASKS;
const FIRST = 10_000_000;
const expected: Readonly<Record<Policy, number>> = { fifo: 1.5, fair: 2, focused: 1.25 };
const module = new URL("../fixtures/jobs/counted-primes.ts", import.meta.url);

export async function measurePolicies(): Promise<Table> {
  const count = await numbersOfTask();
  const rows: string[][] = [];
  for (const policy of policies) {
    const ends = await secondsOfJobs(policy, count);
    const average = ends.reduce((sum, end) => sum + end, 0) / ends.length;
    // What a job takes of one of the cores, whatever else the machine does.
    const length = (Math.max(...ends) * WORKERS) / JOBS;
    rows.push([policy, ...[average, length, average / length, expected[policy]].map((value) => value.toFixed(2))]);
  }
  return {
    title: `${JOBS} jobs at once, each of ${TASKS} tasks of ${TASK_MS} ms, by ${WORKERS} processes`,
    note: "When the jobs are over on average; the length of a job on one core, by when all were over; the one in parts of the other.",
    head: ["policy", "seconds", "length", "lengths", "expected"],
    rows,
  };
}

/** How many numbers take about `TASK_MS`, by a worker that is warm. */
async function numbersOfTask(): Promise<number> {
  await using pool = createPool({ workers: 1 });
  const probe: PrimesRange = { first: FIRST, count: 2_000, restMs: 0 };
  const results = await pool.map<{ primes: number; ms: number }>([probe, probe, probe, probe, probe], module);
  const fastest = Math.min(...results.map(({ ms }) => ms));
  return Math.round((probe.count * TASK_MS) / fastest);
}

/** When each job was over, from when all were added. */
async function secondsOfJobs(policy: Policy, count: number): Promise<readonly number[]> {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-bench-"));
  const queue = await openQueue({ kind: "folder", folder });
  const stop = new AbortController();
  const isOver = async (): Promise<boolean> => false;
  const { signal } = stop;
  const runner = new JobRunner({
    source: queue.source,
    workers: WORKERS,
    kind: "processes",
    policy,
    jobs: null,
    isOver,
    signal,
  });
  const working = runner.run();
  try {
    // Each worker does one of them, and is warm then.
    await allOver(queue, [await add(queue, WORKERS, { first: FIRST, count: 1, restMs: 500 })]);
    const begun = Date.now();
    const ids: string[] = [];
    for (let job = 0; job < JOBS; job += 1) ids.push(await add(queue, TASKS, { first: FIRST, count, restMs: 0 }));
    return (await allOver(queue, ids)).map((end) => (end - begun) / 1000);
  } finally {
    stop.abort();
    await working;
    await queue.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function add({ store }: JobQueue, tasks: number, range: PrimesRange): Promise<string> {
  const inputs = Array.from({ length: tasks }, (_, task) => {
    return { kind: "value", value: { ...range, first: range.first + task * range.count } } as const;
  });
  const work = { kind: "script", script: module.href } as const;
  return await store.add({ name: "primes", work, inputs, maxAttempts: 1, timeLimitSeconds: null });
}

/** When each was over. */
async function allOver({ store, source }: JobQueue, ids: readonly string[]): Promise<readonly number[]> {
  const { signal } = new AbortController();
  for (;;) {
    const jobs = await Promise.all(ids.map((id) => store.job(id)));
    if (jobs.some((job) => (job?.tasks.failed ?? 1) > 0)) throw new Error("A task failed.");
    const ends = jobs.flatMap((job) => job?.endedAt ?? []);
    if (ends.length === ids.length) return ends;
    await source.changed(200, signal);
  }
}
