/** A scene that could not be kept up is tried again when a file is saved. */

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { SavedFiles } from "../../../../server/session/saved-files.ts";
import { StreamError } from "../../../../shared/errors.ts";
import { SceneProject } from "../../../support/scene-loading.ts";

const fallen = new StreamError("room-lost", "It fell");

test("is launched until it is there, once a save, also of a file that was told of later", async () => {
  using project = new SceneProject({ "scene.ts": "1", "lib/part.ts": "1" });
  const saved = new SavedFiles(project.url("scene.ts"), true, () => undefined);
  saved.follow([project.path("lib/part.ts")]);
  const launch = vi.fn(async () => {
    if (launch.mock.calls.length < 3) throw fallen;
    return "there";
  });
  const told: string[] = [];
  const launched = saved.keepTrying(launch, (sentence) => told.push(sentence));
  await sleep(150);
  expect(launch).toHaveBeenCalledTimes(1);
  project.write({ "scene.ts": "2" });
  await vi.waitFor(() => expect(launch).toHaveBeenCalledTimes(2), 3000);
  project.write({ "lib/part.ts": "2" });
  await expect(launched).resolves.toBe("there");
  expect(told).toEqual(Array.from({ length: 2 }, () => "It fell. It is tried again when a file is saved."));
  saved.close();
});

test("a save ends a scene that keeps its thread busy, and no other", async () => {
  using project = new SceneProject({ "scene.ts": "1" });
  const end = vi.fn();
  const saved = new SavedFiles(project.url("scene.ts"), true, end);
  project.write({ "scene.ts": "2" });
  await saved.next(Number.NEGATIVE_INFINITY);
  expect(end).not.toHaveBeenCalled();
  saved.isBusy = true;
  const before = performance.now();
  project.write({ "scene.ts": "3" });
  await saved.next(before);
  expect(end).toHaveBeenCalledTimes(1);
  saved.close();
});

test("a save ends a scene that is up and does not hear of it, and no other", async () => {
  using project = new SceneProject({ "scene.ts": "1" });
  const end = vi.fn();
  const saved = new SavedFiles(project.url("scene.ts"), true, end);
  await saved.keepTrying(
    async () => undefined,
    () => undefined,
  );
  const setTimer = vi.spyOn(globalThis, "setTimeout");
  const deadlines = () => setTimer.mock.calls.flatMap(([run, ms]) => (ms === 8000 ? [run as () => void] : []));
  project.write({ "scene.ts": "2" });
  await vi.waitFor(() => expect(deadlines()).toHaveLength(1), 3000);
  saved.follow([]);
  project.write({ "scene.ts": "3" });
  await vi.waitFor(() => expect(deadlines()).toHaveLength(2), 3000);
  expect(end).not.toHaveBeenCalled();
  deadlines()[1]?.();
  expect(end).toHaveBeenCalledTimes(1);
  setTimer.mockRestore();
  saved.close();
});

test("a save ends no process that comes up in the place of one that is gone, however long that takes", async () => {
  using project = new SceneProject({ "scene.ts": "1" });
  const saved = new SavedFiles(project.url("scene.ts"), true, () => undefined);
  await saved.keepTrying(
    async () => undefined,
    () => undefined,
  );
  const [setTimer, clearTimer] = [vi.spyOn(globalThis, "setTimeout"), vi.spyOn(globalThis, "clearTimeout")];
  const deadlines = () => setTimer.mock.calls.flatMap(([, ms], at) => (ms === 8000 ? [setTimer.mock.results[at]] : []));
  // One save before it fell, one while the next waits for its turn.
  project.write({ "scene.ts": "2" });
  await vi.waitFor(() => expect(deadlines()).toHaveLength(1), 3000);
  const fallen = performance.now();
  const next = saved.next(fallen);
  expect(clearTimer).toHaveBeenCalledWith(deadlines()[0]?.value);
  project.write({ "scene.ts": "3" });
  expect(await next).toBe(true);
  expect(deadlines()).toHaveLength(1);
  saved.close();
});

test("without watching, or without OpenGL, or closed, it is not tried again", async () => {
  using project = new SceneProject({ "scene.ts": "1" });
  const failing = async (): Promise<never> => Promise.reject(fallen);
  const off = new SavedFiles(project.url("scene.ts"), false, () => undefined);
  await expect(off.keepTrying(failing, () => undefined)).rejects.toBe(fallen);
  expect(off.downWords(fallen, 30_000).message).toBe(
    "It fell. It fails again and again, so it is tried again in 30 seconds.",
  );
  const on = new SavedFiles(project.url("scene.ts"), true, () => undefined);
  const noGl = new StreamError("no-gl");
  await expect(
    on.keepTrying(
      () => Promise.reject(noGl),
      () => undefined,
    ),
  ).rejects.toBe(noGl);
  expect(on.downWords(fallen, 120_000).message).toBe(
    "It fell. It fails again and again, so it is tried again in 2 minutes, or when a file is saved.",
  );
  const waiting = on.keepTrying(failing, () => undefined);
  setTimeout(() => on.close(), 50);
  await expect(waiting).rejects.toMatchObject({ code: "closed" });
});
