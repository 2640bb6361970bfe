/**
 * Two minutes of `npm run soak`: viewers by every way, saved scenes, killed processes, and nothing creeps. Of memory and heaps that is
 * too short to tell what fills from what leaks, so they may grow by more.
 */

import { expect, test } from "vitest";
import { judge, seriesOf, type Verdict } from "../soak/measures.ts";
import { soak } from "../soak/soak.ts";
import { ways } from "../soak/visitors.ts";

const FILLING_PER_MINUTE: Readonly<Record<string, number>> = { "memory, MiB": 30, "heap, MiB": 1 };

test("for two minutes viewers come by every way, processes fall, and what the server holds stays level", async () => {
  const told = (line: string): void => console.info(line);
  const people = { ways, visitors: 6, longestStaySeconds: 8, isCalm: false };
  const { moments, came, disturbed } = await soak({ minutes: 2, sampleSeconds: 5, seed: 1, ...people, told });
  for (const way of Object.keys(came)) expect(came[way as keyof typeof came], way).toBeGreaterThan(0);
  expect(disturbed.killed + disturbed.saved).toBeGreaterThan(1);
  const verdicts = seriesOf(moments).map((series) => judge(series, 2));
  // Each of the system's figures of the main process has been judged, and of the scene that nobody killed.
  expect(verdicts.filter(({ trend }) => trend !== null).length).toBeGreaterThanOrEqual(12);
  const isFilling = ({ series, trend }: Verdict): boolean =>
    (trend?.leastPerMinute ?? 0) < (FILLING_PER_MINUTE[series.measure.name] ?? 0);
  const creeping = verdicts.filter((verdict) => !verdict.isLevel && !isFilling(verdict));
  expect(creeping.map(({ series, trend }) => [series.of, series.measure.name, trend])).toEqual([]);
});
