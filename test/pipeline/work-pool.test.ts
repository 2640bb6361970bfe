/** The pool that scripts use: by processes, by threads, and by a queue that others work for. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createPool, type PoolOptions } from "../../server/index.ts";
import { JobRunner } from "../../server/jobs/job-runner.ts";
import { mapByQueue } from "../../server/jobs/map-by-queue.ts";
import { openQueue } from "../../server/jobs/open-queue.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-pool-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const module = new URL("../fixtures/jobs/squares.ts", import.meta.url);
const items = Array.from({ length: 20 }, (_, number) => ({ number }));
const squares = items.map(({ number }) => ({ square: number * number, before: 0 }));

test.each(["processes", "threads"] as const)(
  "in %s results come in the order of the items, and the first failure ends the rest",
  async (kind) => {
    await using pool = createPool({ workers: 2, kind });
    const told: number[] = [];
    expect(await pool.map(items, module, { onProgress: ({ done }) => told.push(done) })).toEqual(squares);
    expect(told).toEqual(items.map((_, index) => index + 1));
    expect(await pool.map([], module)).toEqual([]);
    const mixed = [
      { number: 1, does: "waits" },
      { number: 2, does: "throws" },
    ];
    await expect(pool.map(mixed, module)).rejects.toThrow("2 is too large.");
    const stop = new AbortController();
    const stopped = pool.map([{ number: 1, does: "waits" }], module, { signal: stop.signal });
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: "closed" });
    expect(await pool.map(items.slice(0, 2), module)).toEqual(squares.slice(0, 2));
    await pool.close();
    await expect(pool.map(items, module)).rejects.toMatchObject({ code: "closed" });
  },
);

test("an item whose process is killed is done by another", async () => {
  await using pool = createPool({ workers: 1 });
  const marker = mkdtempSync(join(folder, "marker-"));
  expect(await pool.map([{ number: 3, does: "dies", marker }], module)).toEqual([{ square: 9, before: 0 }]);
});

test("by a queue the items are done by whoever works for it, and its job is gone afterwards", async () => {
  const queue = await openQueue({ kind: "folder", folder: join(folder, "queue") });
  const stop = new AbortController();
  const { source, store } = queue;
  const worker = new JobRunner({
    ...{ source, workers: 2, kind: "threads", policy: "focused", jobs: null, signal: stop.signal },
    isOver: async () => false,
  });
  const working = worker.run();
  const { signal } = new AbortController();
  expect(await mapByQueue(queue, items, module, { signal, maxAttempts: 1 })).toEqual(squares);
  const failing = mapByQueue(queue, [{ number: 2, does: "throws" }], module, { signal, maxAttempts: 1 });
  await expect(failing).rejects.toThrow("2 is too large.");
  expect(await store.list({ archived: true })).toEqual([]);
  stop.abort();
  await working;
  await queue.close();
});

test("wrong options are refused at once, by name", () => {
  const refused: readonly (readonly [object, string])[] = [
    [{ workers: 0 }, "options.workers must be a whole number from 1 to 256."],
    [{ kind: "fibres" }, "options.kind must be one of processes, threads."],
    [{ queue: "http://x" }, "options.queue must be an address like redis://host:6379."],
    [{ maxAttempts: 0 }, "options.maxAttempts must be a whole number from 1 to 100."],
    [{ colour: "red" }, "options.colour is unknown."],
  ];
  for (const [options, message] of refused) expect(() => createPool(options as PoolOptions)).toThrow(message);
});
