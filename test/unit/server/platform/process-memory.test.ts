/** The environment of a scene's process keeps its memory small, and what the user decided stands. */

import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { memoryEnvironment } from "../../../../server/platform/process-memory.ts";

const MIB = 2 ** 20;

/** Makes garbage, of which each piece lives for a while, and says how much memory V8 took for what is young. */
const litter = `
  const kept = [];
  for (let i = 0; i < 3e6; i += 1) kept[i % 2e5] = { i };
  const young = require("node:v8").getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
  process.stdout.write(String(young.space_size));
`;

function youngMib(environment: Readonly<Record<string, string>>): number {
  const env = { PATH: process.env["PATH"], ...environment };
  return Number(execFileSync(process.execPath, ["--eval", litter], { env, encoding: "utf8" })) / MIB;
}

test("garbage of a thread takes less memory than it would by itself", () => {
  const here = youngMib(memoryEnvironment({}));
  expect(here).toBeLessThanOrEqual(16);
  expect(youngMib({})).toBeGreaterThan(here);
});

test("what the user decided stands", () => {
  const decided = { NODE_OPTIONS: "--max-semi-space-size=1 --no-warnings", MALLOC_MMAP_THRESHOLD_: "1048576" };
  expect(memoryEnvironment(decided)).not.toHaveProperty("MALLOC_MMAP_THRESHOLD_");
  expect(memoryEnvironment(decided)).toHaveProperty("MALLOC_ARENA_MAX", "2");
  expect(youngMib(memoryEnvironment(decided))).toBeLessThanOrEqual(2);
});
