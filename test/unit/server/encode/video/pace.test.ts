import { expect, test } from "vitest";
import { Pace } from "../../../../../server/encode/video/pace.ts";

/** How many of the frames that come every `everyMs` in `forMs` are taken. */
function taken(maxFps: number, everyMs: number, forMs: number): number {
  const pace = new Pace(maxFps);
  let count = 0;
  for (let at = 0; at < forMs; at += everyMs) {
    if (pace.waitMs(at) > 0) continue;
    pace.take(at);
    count += 1;
  }
  return count;
}

test.each([
  [30, 1000 / 60, 300],
  [25, 1000 / 60, 250],
  [60, 1000 / 60, 600],
  [1, 1000 / 60, 10],
  [0.5, 1000 / 60, 5],
  [60, 1000 / 20, 200],
])("of frames at their own times %d a second are taken, not more and not fewer", (maxFps, everyMs, wanted) => {
  expect(Math.abs(taken(maxFps, everyMs, 10_000) - wanted)).toBeLessThanOrEqual(1);
});

test("it says how long to wait, and a pause is not made up for", () => {
  const pace = new Pace(10);
  expect(pace.waitMs(5)).toBe(0);
  pace.take(5);
  expect(pace.waitMs(25)).toBe(80);
  expect(pace.waitMs(104.5)).toBe(0);
  pace.take(5000);
  expect(pace.waitMs(5000)).toBe(100);
});
