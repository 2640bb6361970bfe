/** Which sizes a movie gets: boxes, never above the source, upright ones too. */

import { expect, test } from "vitest";
import { renditionsOf } from "../../../../server/film/renditions.ts";

const usual = [1080, 360, 720];
const told = (width: number, height: number, sizes: readonly number[] = usual) =>
  renditionsOf({ width, height }, sizes).map(({ name, size, bitrateBps }) => {
    return `${name}: ${size.width}x${size.height} ${bitrateBps}`;
  });

test("a movie of 1080p has the three sizes, small ones first, at the rates of the table", () => {
  const all = ["360: 640x360 360000", "720: 1280x720 870000", "1080: 1920x1080 2100000"];
  expect(told(1920, 1080)).toEqual(all);
  expect(told(3840, 2160)).toEqual(all);
});

test("an upright movie fits into upright boxes, a wide one and one of 4:3 keep their shapes, in even numbers", () => {
  expect(told(1080, 1920).map((line) => line.split(" ")[1])).toEqual(["360x640", "720x1280", "1080x1920"]);
  expect(told(1920, 800).map((line) => line.split(" ")[1])).toEqual(["640x266", "1280x534", "1920x800"]);
  expect(told(1440, 1080).map((line) => line.split(" ")[1])).toEqual(["480x360", "960x720", "1440x1080"]);
});

test("a smaller movie is never enlarged: its own size takes the place of what it does not reach, at a rate between", () => {
  expect(told(854, 480)).toEqual(["360: 640x360 360000", "480: 854x480 492222"]);
  expect(told(320, 180)).toEqual(["180: 320x180 90000"]);
  expect(told(101, 55)).toEqual(["57: 100x54 9025"]);
  expect(told(1280, 720)).toEqual(["360: 640x360 360000", "720: 1280x720 870000"]);
});

test("its own size is left out where one that is hardly smaller is there", () => {
  expect(told(680, 382)).toEqual(["360: 640x360 360000"]);
  expect(told(1366, 768)).toHaveLength(2);
});
