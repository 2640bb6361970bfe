/** Who renders a scene that does not come back from a call is told which and where. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PulsePlace } from "../../../../server/render/render-pulse.ts";
import { StuckWatch } from "../../../../server/render/stuck-watch.ts";

/** What the render thread shows of itself. */
let pulse: { beats: number; place: PulsePlace };
let where: string | null;
let told: string[];
let watch: StuckWatch;
beforeEach(() => {
  vi.useFakeTimers();
  [pulse, where, told] = [{ beats: 1, place: "update" }, "scene.ts:3:7", []];
  watch = new StuckWatch({ pulse, locate: async () => where, told: (sentence) => told.push(sentence) });
});
afterEach(() => watch.close());

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

test("SU1 ten seconds in one call are told once, with the place; another call is told of, too", async () => {
  await pass(10);
  expect(told).toEqual([]);
  await pass(600);
  expect(told).toEqual([
    "The scene has not answered for 10 seconds: its update() has not come to an end (scene.ts:3:7). The render waits for it.",
  ]);
  pulse.beats += 1;
  await pass(60);
  expect(told.length).toBe(1);
  [pulse.beats, pulse.place, where] = [pulse.beats + 1, "setup", null];
  await pass(12);
  expect(told[1]).toBe(
    "The scene has not answered for 10 seconds: its setup() has not come to an end. The render waits for it.",
  );
});

test("SU1 a thread that comes back, one that has not begun, and many drawings of one picture are no such thing", async () => {
  for (let second = 0; second < 30; second += 1) {
    pulse.beats += 4;
    await pass(1);
  }
  pulse.beats = 0;
  await pass(30);
  [pulse.beats, pulse.place, where] = [1, "draw", null];
  await pass(30);
  expect(told).toEqual([]);
  watch.close();
  [pulse.beats, pulse.place] = [2, "update"];
  await pass(30);
  expect(told).toEqual([]);
});
