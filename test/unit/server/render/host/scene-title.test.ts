/** Owns the checks of how often a title that changes is told. */

import { beforeEach, expect, it, vi } from "vitest";
import { SceneTitle } from "../../../../../server/render/host/scene-title.ts";

beforeEach(() => void vi.useFakeTimers());

it("is told at most twice a second, the last one in any case, and never twice the same", () => {
  let title = "Spheres";
  const told: string[] = [];
  const titles = new SceneTitle(
    () => title,
    (title) => told.push(title),
  );
  const set = (next: string): void => {
    title = next;
    titles.handleChange();
  };
  titles.begin();
  set("Spheres");
  expect(told).toEqual([]);
  for (let frame = 1; frame <= 60; frame += 1) set(`frame ${frame}`);
  expect(told).toEqual(["frame 1"]);
  vi.advanceTimersByTime(500);
  expect(told).toEqual(["frame 1", "frame 60"]);
  vi.advanceTimersByTime(5000);
  set("frame 61");
  expect(told).toEqual(["frame 1", "frame 60", "frame 61"]);
  set("frame 62");
  titles.close();
  vi.advanceTimersByTime(5000);
  expect(told).toHaveLength(3);
});
