/** What is in hand for those who ask for frames (MS3). */

import { expect, it } from "vitest";
import { bytesInHand, FrameBudget, framesAhead } from "../../../../../server/http/movies/frame-budget.ts";

const UHD = 3840 * 2160;

it("MS3: large frames are made one ahead, small ones several", () => {
  expect(framesAhead("raw", UHD)).toBe(1);
  expect(framesAhead("raw", 640 * 360)).toBe(2);
  expect(framesAhead("png", 640 * 360)).toBe(8);
  expect(bytesInHand("raw", UHD, 1)).toBe(UHD * 4);
  expect(bytesInHand("raw", UHD, 1000)).toBe(UHD * 8);
});

it("MS3: one link gets half a gigabyte and all of them one, and one large picture always has its turn", () => {
  const budget = new FrameBudget();
  const range = bytesInHand("raw", UHD, 1000);
  const takeAll = (key: string | null): (() => void)[] => {
    const taken: (() => void)[] = [];
    for (let give = budget.take(key, range); give !== null; give = budget.take(key, range)) taken.push(give);
    return taken;
  };
  const one = takeAll("one");
  expect(one).toHaveLength(Math.floor(2 ** 29 / range));
  const other = takeAll("other");
  const here = takeAll(null);
  expect((one.length + other.length + here.length) * range).toBeLessThanOrEqual(2 ** 30);
  expect(budget.take("third", 1024)).not.toBe(null);
  one[0]?.();
  one[0]?.();
  expect(takeAll("one")).toHaveLength(1);
  expect(new FrameBudget().take("one", 2 ** 31)).not.toBe(null);
});
