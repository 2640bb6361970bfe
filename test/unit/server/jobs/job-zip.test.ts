/** The zip of a job (JZ2): made bit by bit while it is read, and no longer than somebody reads it. */

import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import type { JobStore } from "../../../../server/jobs/job-queue.ts";
import { zipJob } from "../../../../server/jobs/job-zip.ts";
import type { JobInfo, TaskInfo } from "../../../../shared/jobs.ts";

const COUNT = 400;
const job = { id: "1", name: "many" } as JobInfo;
const tasks = Array.from({ length: COUNT }, (_, index) => ({ index, label: `in ${index}` }) as TaskInfo);

/** One whose tasks take a moment each to be looked at, and have no files; `asked` counts what it was asked for. */
function slowStore() {
  const asked = { files: 0, results: 0 };
  const store = {
    job: async () => job,
    tasks: async () => tasks,
    files: async () => {
      asked.files += 1;
      for (const until = performance.now() + 1; performance.now() < until; );
      return [];
    },
    result: async (_id: string, index: number) => {
      asked.results += 1;
      return { made: index, text: "x".repeat(10_000) };
    },
  };
  return { asked, store: store as unknown as JobStore };
}

it("JZ2: is begun before all tasks were looked at, with turns for others in between", async () => {
  const { asked, store } = slowStore();
  let turns = 0;
  const count = setInterval(() => (turns += 1), 1);
  const made = await zipJob(store, "1");
  expect(asked.files).toBeLessThan(COUNT / 4);
  const chunks: Buffer[] = [];
  for await (const chunk of made?.zip ?? []) chunks.push(chunk as Buffer);
  clearInterval(count);
  expect(turns).toBeGreaterThan(10);
  expect(asked).toEqual({ files: COUNT, results: COUNT });
  expect(Buffer.concat(chunks).subarray(0, 4).toString("latin1")).toBe("PK\u0003\u0004");
});

it("JZ2: results are not gathered in memory, and nothing is done for who has left", async () => {
  const { asked, store } = slowStore();
  const made = await zipJob(store, "1");
  await delay(20);
  made?.zip.destroy();
  await delay(20);
  const before = { ...asked };
  expect(before.files).toBeLessThan(COUNT);
  expect(before.results).toBeLessThan(COUNT);
  await delay(50);
  expect(asked).toEqual(before);
});
