/** The world of a scene that is drawn frame by frame: chance by the frame, time by the clock, timers by both. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { SteppedClock } from "../../../../../server/platform/stepped-clock.ts";
import { SceneScope } from "../../../../../server/render/host/scene-scope.ts";
import { SteppedTimers } from "../../../../../server/render/host/stepped-timers.ts";
import { SteppedWorld } from "../../../../../server/render/host/stepped-world.ts";

const date = Date.UTC(2026, 0, 1);
const clock = new SteppedClock();
const world = new SteppedWorld({ seed: 1, date, clock });
const scope = new SceneScope(() => undefined);
const before = ["Date", "performance"].map(
  (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
);
const real = { random: Math.random, now: Object.getOwnPropertyDescriptor(performance, "now") };

beforeAll(() => world.install());
afterAll(() => {
  for (const [name, descriptor] of before)
    if (descriptor !== undefined) Object.defineProperty(globalThis, name, descriptor);
  Math.random = real.random;
  for (const name of ["now", "timeOrigin"]) Reflect.deleteProperty(performance, name);
  for (const name of ["getRandomValues", "randomUUID"]) Reflect.deleteProperty(crypto, name);
});

const drawn = (frame: number, stream?: number): number[] => {
  world.begin(frame, stream);
  return scope.run(() => Array.from({ length: 5 }, () => Math.random()));
};

test("CW1 the numbers of a frame hang on the seed and the frame alone, and differ from those of others", () => {
  expect(drawn(3)).toEqual(drawn(3));
  expect(drawn(3)).not.toEqual(drawn(4));
  expect(drawn(3, 1)).not.toEqual(drawn(3));
  world.begin(7);
  scope.run(() => Math.random());
  expect(drawn(3)).toEqual(drawn(3));
  const other = new SteppedWorld({ seed: 2 ** 40 + 1, date, clock });
  other.install();
  other.begin(3);
  const numbers = scope.run(() => Array.from({ length: 5 }, () => Math.random()));
  world.install();
  expect(numbers).not.toEqual(drawn(3));
});

test("CW1 they are spread as chance is", () => {
  world.begin(0);
  const numbers = scope.run(() => Array.from({ length: 20_000 }, () => Math.random()));
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  const counts = Array.from({ length: 10 }, (_, tenth) => numbers.filter((n) => Math.floor(n * 10) === tenth).length);
  for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  // One after another hang on each other as little.
  const pairs = numbers.slice(1).filter((number, at) => number > 0.5 === (numbers[at] ?? 0) > 0.5).length;
  expect(Math.abs(pairs - 10_000)).toBeLessThan(300);
  expect(new Set(Array.from({ length: 1000 }, (_, frame) => drawn(frame)[0])).size).toBe(1000);
});

test("CW1 crypto follows the same, and the server's own chance is real", () => {
  const made = (): unknown[] => {
    world.begin(5);
    return scope.run(() => [crypto.randomUUID(), [...crypto.getRandomValues(new Uint16Array(4))]]);
  };
  expect(made()).toEqual(made());
  expect(made()[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  world.begin(5);
  const outside = Math.random();
  world.begin(5);
  expect(Math.random()).not.toBe(outside);
  expect(crypto.randomUUID()).not.toBe(crypto.randomUUID());
});

test("CW2 time is the clock's, and the date goes on from the one that was given", async () => {
  await clock.passTo(1500.5);
  scope.run(() => {
    expect(performance.now()).toBe(1500.5);
    expect(performance.timeOrigin).toBe(0);
    expect(Date.now()).toBe(date + 1500);
    expect(new Date().toISOString()).toBe("2026-01-01T00:00:01.500Z");
    expect(new Date(5).getTime()).toBe(5);
    expect(new Date() instanceof Date).toBe(true);
    expect(Date.UTC(2026, 0, 1)).toBe(date);
    expect(Date()).toContain("2026");
  });
  expect(Math.abs(Date.now() - (performance.timeOrigin + performance.now()))).toBeLessThan(1000);
  expect(new Date(Date.now()).getTime()).not.toBe(date + 1500);
});

test("timers go by the clock, again and again, until they are cleared", async () => {
  const time = new SteppedClock();
  const timers = new SteppedTimers(time);
  const calls: string[] = [];
  timers.start(() => calls.push(`once ${time.now()}`), 25, false);
  const often = timers.start(() => calls.push(`often ${time.now()}`), 10, true);
  timers.clear(timers.start(() => calls.push("never"), 5, false));
  timers.clear("nothing of ours");
  await time.passTo(31);
  expect(calls).toEqual(["often 10", "often 20", "once 25", "often 30"]);
  timers.clear(often);
  await time.passTo(1000);
  expect(calls).toHaveLength(4);
  expect(time.nextDue).toBeNull();
});
