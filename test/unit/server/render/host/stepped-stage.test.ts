/** A scene that is drawn frame by frame, and waits itself. Nothing is drawn. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SteppedClock } from "../../../../../server/platform/stepped-clock.ts";
import type { LoadWatch } from "../../../../../server/render/host/load-watch.ts";
import type { SceneStage } from "../../../../../server/render/host/scene-stage.ts";
import { SteppedStage } from "../../../../../server/render/host/stepped-stage.ts";
import { SteppedWorld } from "../../../../../server/render/host/stepped-world.ts";
import type { SceneParts } from "../../../../../server/render/scene.ts";
import { startUnseen } from "./unseen-host.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** The frames of a scene with this `update`, or whose start is this. */
async function steppedBy(update: SceneParts["update"], start: Promise<void> = Promise.resolve()) {
  const clock = new SteppedClock();
  const host = await startUnseen(() => (update === undefined ? {} : { update }), { clock });
  const told: string[] = [];
  const loads = { progress: { loaded: 0, total: 0, item: null } };
  const steps = new SteppedStage({
    stage: { host, start: () => start, state: { close: () => undefined } } as unknown as SceneStage,
    loads: loads as unknown as LoadWatch,
    world: new SteppedWorld({ seed: 1, date: 0, clock }),
    told: (sentence) => told.push(sentence),
    ...{ clock, check: () => undefined },
  });
  const moveTo = (frame: number): Promise<void> =>
    steps.moveTo({
      frame,
      ms: frame * 40,
      frameMs: 40,
      events: [],
      state: null,
      camera: null,
      input: null,
      slot: null,
    });
  return { steps, moveTo, told, clock, loads };
}

/** Lets so many seconds pass once that the scene is waited for, and says what became of `work` then. */
async function after(seconds: number, work: Promise<void>): Promise<string> {
  const now = work.then(
    () => "done",
    (error: unknown) => `${(error as { code?: string }).code}: ${(error as Error).message}`,
  );
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  return await Promise.race([now, Promise.resolve("waits")]);
}

test("WL1 OS1 an update() that waits for ever is told of after ten seconds, and is the end after ten minutes", async () => {
  const { steps, moveTo, told } = await steppedBy(() => new Promise<never>(() => undefined));
  await steps.start();
  const moved = moveTo(7);
  expect([await after(9, moved), told]).toEqual(["waits", []]);
  expect([await after(590, moved), told]).toEqual([
    "waits",
    ["The scene's update() at frame 7 has been waiting for 10 seconds; after 10 minutes the render ends."],
  ]);
  await vi.advanceTimersByTimeAsync(1000);
  await expect(moved).rejects.toMatchObject({
    code: "scene-failed",
    message: "The scene's update() at frame 7 has been waiting for 10 minutes, as for a promise that never settles.",
  });
  expect([told.length, vi.getTimerCount()]).toEqual([1, 0]);
});

test("WL1 one that is only slow goes on, and is told of once", async () => {
  const waiting: (() => void)[] = [];
  const { steps, moveTo, told } = await steppedBy(async () => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return true;
  });
  await steps.start();
  for (const frame of [0, 1, 2]) {
    const moved = moveTo(frame);
    expect(await after(500, moved)).toBe("waits");
    waiting.pop()?.();
    await moved;
  }
  expect(told).toEqual([expect.stringContaining("update() at frame 0 has been waiting for 10 seconds")]);
});

test("WL2 as long as what it loads comes, it is waited for", async () => {
  const { steps, moveTo, loads } = await steppedBy(() => new Promise<never>(() => undefined));
  await steps.start();
  const moved = moveTo(0);
  expect(await after(599, moved)).toBe("waits");
  loads.progress = { ...loads.progress, loaded: 1, total: 1 };
  expect(await after(600, moved)).toBe("waits");
  expect(await after(1, moved)).toMatch(/^scene-failed: /);
});

test("WL1 one that waits for a timer of its own is told why that never fires", async () => {
  let clock: SteppedClock | null = null;
  const stepped = await steppedBy(() => new Promise((resolve) => clock?.after(100, () => resolve(false))));
  clock = stepped.clock;
  await stepped.steps.start();
  expect(await after(600, stepped.moveTo(0))).toMatch(/never settles\. Its timers stand still until the next frame\.$/);
});

test("WL1 a setup() that waits for ever is told of and ends as well", async () => {
  const { steps, told } = await steppedBy(undefined, new Promise(() => undefined));
  expect(await after(600, steps.start())).toBe(
    "scene-failed: The scene's setup() has been waiting for 10 minutes, as for a promise that never settles.",
  );
  expect(told).toEqual(["The scene's setup() has been waiting for 10 seconds; after 10 minutes the render ends."]);
});
