/** The rate that delay allows: server/transport/congestion/delay-control.ts, rules DC1 to DC6. */

import { beforeEach, expect, test } from "vitest";
import { DelayControl, type WayState } from "../../../../../server/transport/congestion/delay-control.ts";

let control: DelayControl;

beforeEach(() => {
  control = new DelayControl(1_000_000);
});

/** A way that carries what is sent and more. */
const calm: WayState = {
  usage: "normal",
  queueMs: 0,
  incomingBps: 10_000_000,
  busyBps: null,
  roundTripMs: 100,
  fillingBps: null,
};
const full: WayState = { ...calm, usage: "over", queueMs: 40 };

/** Lets time pass in which this is measured, from `from` on. */
function pass(way: WayState, from: number, ms: number): number {
  for (let at = from; at <= from + ms; at += 50) control.update(way, at);
  return control.bitrateBps;
}

test("over-use lowers it to 0.85 of what came in, once a round trip, and never raises it (DC1)", () => {
  const way = { ...full, roundTripMs: 200, incomingBps: 900_000 };
  expect(control.update(way, 1000)).toBe(true);
  expect(control.bitrateBps).toBe(0.85 * 900_000);
  expect(control.update({ ...way, incomingBps: 600_000 }, 1199)).toBe(false);
  expect(control.bitrateBps).toBe(0.85 * 900_000);
  expect(control.update({ ...way, incomingBps: 600_000 }, 1200)).toBe(true);
  expect(control.bitrateBps).toBe(0.85 * 600_000);
  expect(control.update({ ...way, incomingBps: 5_000_000 }, 2000)).toBe(false);
  expect(control.bitrateBps).toBe(0.85 * 600_000);
});

test("what came in of late counts before what came in over longer (DC1)", () => {
  control.update({ ...full, incomingBps: 900_000, busyBps: 500_000 }, 1000);
  expect(control.bitrateBps).toBe(0.85 * 500_000);
});

test("it grows by 8 %% a second where the way was never full, and by a packet a round trip near where it was (DC2)", () => {
  pass(calm, 0, 1000);
  expect(control.bitrateBps).toBeGreaterThan(1_075_000);
  expect(control.bitrateBps).toBeLessThan(1_085_000);
  control.update({ ...full, incomingBps: 1_000_000 }, 2000);
  expect(control.bitrateBps).toBe(850_000);
  // A packet of 9600 bits in each round trip and a tenth of a second.
  expect(pass(calm, 2000, 1000)).toBeCloseTo(850_000 + 9600 / 0.2, -3);
  control.prove(1_200_000);
  const far = pass(calm, 4000, 0);
  expect(pass(calm, 4000, 1000) / far).toBeGreaterThan(1.075);
});

test("it grows to one and a half of what came in, and too little to send leaves it as it is (DC3)", () => {
  expect(pass({ ...calm, incomingBps: 800_000 }, 0, 30_000)).toBe(1.5 * 800_000 + 10_000);
  expect(pass({ ...calm, incomingBps: 50_000 }, 40_000, 30_000)).toBe(1.5 * 800_000 + 10_000);
  expect(pass({ ...calm, incomingBps: null }, 80_000, 30_000)).toBe(1.5 * 800_000 + 10_000);
});

test("it does not grow while a queue stands, and one of 100 ms lowers it however steady it is (DC4)", () => {
  expect(pass({ ...calm, queueMs: 60 }, 0, 5000)).toBe(1_000_000);
  expect(control.update({ ...calm, queueMs: 101, incomingBps: 900_000 }, 6000)).toBe(true);
  expect(control.bitrateBps).toBe(0.85 * 900_000);
});

test("over-use without a queue is noise, and lowers nothing (DC4)", () => {
  expect(control.update({ ...full, queueMs: 14, incomingBps: 500_000 }, 1000)).toBe(false);
  expect(control.bitrateBps).toBe(1_000_000);
});

test("a way that fills up lowers it at once, to 0.85 of what came through (DC5)", () => {
  expect(control.update({ ...calm, fillingBps: 300_000 }, 1000)).toBe(true);
  expect(control.bitrateBps).toBe(0.85 * 300_000);
});

test("what a probe proved raises it at once, and never lowers it (DC6)", () => {
  control.prove(5_000_000);
  expect(control.bitrateBps).toBe(5_000_000);
  control.prove(2_000_000);
  expect(control.bitrateBps).toBe(5_000_000);
});

test("it is never below 100 kbit/s", () => {
  control.update({ ...full, incomingBps: 10_000 }, 1000);
  expect(control.bitrateBps).toBe(100_000);
  control.limit(1);
  expect(control.bitrateBps).toBe(100_000);
});
