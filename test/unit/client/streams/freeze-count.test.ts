/** Owns the checks of which freezes count. */

import { expect, it } from "vitest";
import { FreezeCount } from "../../../../client/streams/freeze-count.ts";

it("counts the freezes of a stream", () => {
  const freezes = new FreezeCount();
  expect(freezes.count(0, 0)).toBe(0);
  expect(freezes.count(2, 1000)).toBe(2);
});

it("does not count what the browser takes for a freeze after a pause, and counts on", () => {
  const freezes = new FreezeCount();
  freezes.count(1, 0);
  freezes.setPaused(true, 500);
  expect(freezes.count(1, 9000)).toBe(1);
  freezes.setPaused(false, 9500);
  expect(freezes.count(2, 10_500)).toBe(1);
  expect(freezes.count(2, 13_500)).toBe(1);
  expect(freezes.count(3, 14_500)).toBe(2);
});

it("begins anew with another stream", () => {
  const freezes = new FreezeCount();
  freezes.setPaused(true, 0);
  freezes.count(4, 100);
  freezes.setPaused(false, 200);
  freezes.restart();
  expect(freezes.count(1, 9000)).toBe(1);
});
