/** What is said of a scene on its way. */

import { beforeEach, expect, test, vi } from "vitest";
import { StartProgress } from "../../../../../server/render/host/start-progress.ts";
import type { StartReport } from "../../../../../server/render/render-protocol.ts";

const told: StartReport[] = [];
let time = 0;
let progress: StartProgress;

beforeEach(() => {
  vi.useFakeTimers();
  told.length = 0;
  time = 0;
  progress = new StartProgress(
    (report) => told.push(report),
    () => time,
  );
  return () => {
    progress.close();
  };
});

function pass(seconds: number, beats?: Parameters<StartProgress["handle"]>[0]): void {
  for (let half = 0; half < seconds * 2; half += 1) {
    time += 500;
    if (beats !== undefined) progress.handle(beats);
    vi.advanceTimersByTime(500);
  }
}

const setup = { kind: "starting", step: "setup", loaded: 0, total: 0, item: null } as const;

test("says once a second how long it takes, from the step that it is at", () => {
  pass(2);
  expect(told).toEqual([]);
  progress.handle({ ...setup, step: "load" });
  pass(2);
  progress.handle(setup);
  pass(1, setup);
  expect(told.map(({ sentence }) => sentence)).toEqual([
    "The scene's modules have been loading for 1 second.",
    "The scene's modules have been loading for 2 seconds.",
    "The scene's setup() has been running for 1 second.",
  ]);
});

test("says what is loaded of what was asked for", () => {
  progress.handle(setup);
  pass(2, { ...setup, loaded: 2, total: 5, item: "duck.glb" });
  const sentence =
    "The scene's setup() has been running for 2 seconds; 2 of 5 files have loaded (asked for last: duck.glb).";
  expect(told.at(-1)).toEqual({ sentence, isLate: false, isBusy: false });
});

test("tells after ten seconds of a scene that waits for ever from one that loops", () => {
  progress.handle(setup);
  pass(9, setup);
  expect(told.at(-1)?.isLate).toBe(false);
  pass(1, setup);
  expect(told.at(-1)).toMatchObject({
    isLate: true,
    isBusy: false,
    sentence: expect.stringMatching(/10 seconds\. It waits/),
  });
  pass(3);
  expect(told.at(-1)).toMatchObject({
    isLate: true,
    isBusy: true,
    sentence: expect.stringMatching(/It keeps its thread busy/),
  });
});
