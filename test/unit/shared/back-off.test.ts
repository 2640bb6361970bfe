/** Owns the checks of the waits between attempts. */

import { expect, it } from "vitest";
import { BackOff } from "../../../shared/back-off.ts";

it("waits double from attempt to attempt, up to the longest wait", () => {
  const backOff = new BackOff({ startMs: 250, maxMs: 2000, jitter: 0 });
  expect([1, 2, 3, 4, 5, 6].map(() => backOff.next())).toEqual([250, 500, 1000, 2000, 2000, 2000]);
});

it("begins anew after a success", () => {
  const backOff = new BackOff({ startMs: 250, maxMs: 2000, jitter: 0 });
  backOff.next();
  backOff.next();
  backOff.reset();
  expect(backOff.next()).toBe(250);
});

it("strays by the jitter and no more", () => {
  expect(new BackOff({ startMs: 100, maxMs: 2000, random: () => 0 }).next()).toBe(80);
  expect(new BackOff({ startMs: 100, maxMs: 2000, random: () => 1 }).next()).toBe(120);
});
