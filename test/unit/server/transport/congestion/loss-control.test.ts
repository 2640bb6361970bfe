/** The rate that losses allow: server/transport/congestion/loss-control.ts, rules LC1 to LC3. */

import { beforeEach, expect, test } from "vitest";
import { LossControl } from "../../../../../server/transport/congestion/loss-control.ts";

const OTHERWISE = 2_000_000;
let control: LossControl;
let at: number;

beforeEach(() => {
  control = new LossControl();
  at = 0;
  // Counting begins.
  control.add(0, 0, OTHERWISE, null, at);
});

/** A part of a hundred packets is lost in 300 ms; `incomingBps` is what came through. */
function lose(part: number, incomingBps = 0): number {
  at += 300;
  control.add(part * 100, (1 - part) * 100, OTHERWISE, incomingBps, at);
  return control.bitrateBps;
}

test("more than a tenth lost lowers it by half of that part, not below what comes through (LC1)", () => {
  expect(lose(0.2)).toBe(OTHERWISE * 0.9);
  expect(lose(0.4)).toBeCloseTo(OTHERWISE * 0.9 * 0.8);
  expect(lose(0.4, 1_400_000)).toBe(1_400_000);
  expect(control.loss).toBe(0.4);
});

test("between a fiftieth and a tenth it stays, and with less it rises (LC1)", () => {
  const low = lose(0.4);
  expect([lose(0.1), lose(0.02)]).toEqual([low, low]);
  expect(lose(0.01)).toBeCloseTo(low * (1 + 0.15 * 0.3));
});

test("losses are counted over 300 ms and sixty packets at least (LC2)", () => {
  control.add(50, 50, OTHERWISE, 0, 299);
  expect(control.bitrateBps).toBe(Number.POSITIVE_INFINITY);
  control.add(0, 0, OTHERWISE, 0, 300);
  expect(control.bitrateBps).toBe(OTHERWISE * 0.75);
  control.add(20, 39, OTHERWISE, 0, 2000);
  expect(control.loss).toBe(0.5);
  control.add(0, 1, OTHERWISE, 0, 2001);
  expect(control.loss).toBe(20 / 60);
});

test("packets that came after all are taken off what was lost (LC2)", () => {
  control.add(30, 70, OTHERWISE, 0, 100);
  control.add(-30, 30, OTHERWISE, 0, 300);
  expect([control.loss, control.bitrateBps]).toEqual([0, Number.POSITIVE_INFINITY]);
});

test("once it holds nothing back it is no limit any more (LC3)", () => {
  lose(0.5);
  let last = 0;
  for (let turn = 0; turn < 60 && control.bitrateBps < Number.POSITIVE_INFINITY; turn += 1) {
    last = control.bitrateBps;
    lose(0);
  }
  expect(control.bitrateBps).toBe(Number.POSITIVE_INFINITY);
  expect(last).toBeGreaterThan(1.8 * OTHERWISE);
  expect(last).toBeLessThanOrEqual(2 * OTHERWISE);
});

test("a probe that came through raises it", () => {
  lose(0.5);
  control.prove(1_900_000);
  expect(control.bitrateBps).toBe(1_900_000);
  control.prove(1_000_000);
  expect(control.bitrateBps).toBe(1_900_000);
});
