/** What viewers are told of a scene in trouble. */

import { beforeEach, expect, test, vi } from "vitest";
import { SceneNotices } from "../../../../../server/render/host/scene-notices.ts";

const told: (string | null)[] = [];
let notices: SceneNotices;

beforeEach(() => {
  vi.useFakeTimers();
  told.length = 0;
  notices = new SceneNotices((text) => told.push(text));
});

test("NT1: the worst is told, each once, and what is behind it when it is over", () => {
  notices.setGlError("INVALID_OPERATION");
  notices.setShaderError("It does not compile");
  notices.setStray("in a timer");
  notices.setTrouble("in update");
  notices.setTrouble("in update");
  notices.setTrouble(null);
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual([
    "The picture may be wrong: OpenGL reported INVALID_OPERATION while the scene was drawn.",
    "It does not compile.",
    "in a timer",
    "in update",
    "in a timer",
    "It does not compile.",
  ]);
});

test("NT1: why a changed scene is not shown is told before what the one that goes on throws, until another is shown", () => {
  notices.setTrouble("in update");
  notices.setNotShown("a mistake in its syntax");
  notices.setTrouble("in update");
  notices.setTrouble(null);
  expect(told).toEqual(["in update", "a mistake in its syntax"]);
  notices.clear(performance.now());
  expect(told.at(-1)).toBe(null);
});

test("NT2: another scene takes all back but what it threw itself while it was set up", () => {
  notices.setStray("of the old one");
  vi.advanceTimersByTime(5000);
  const begun = performance.now();
  notices.setShaderError("old.");
  notices.clear(begun);
  expect(told.at(-1)).toBe(null);
  notices.setStray("of the new one");
  notices.clear(begun);
  expect(told.at(-1)).toBe("of the new one");
  vi.advanceTimersByTime(9000);
  notices.setStray("of the new one");
  vi.advanceTimersByTime(9000);
  expect(told.at(-1)).toBe("of the new one");
  vi.advanceTimersByTime(1000);
  expect(told.at(-1)).toBe(null);
});
