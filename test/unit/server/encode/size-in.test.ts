import { expect, it } from "vitest";
import { sizeIn } from "../../../../server/encode/pictures/picture-protocol.ts";
import { isSameShape } from "../../../../shared/video.ts";

const landscape = { width: 1280, height: 720 };
const portrait = { width: 652, height: 1412 };

it("a box that was fitted to the scene is the size of its pictures, and one of another shape holds all of them", () => {
  expect(sizeIn(null, portrait)).toEqual(portrait);
  expect(sizeIn({ width: 427, height: 240 }, landscape)).toEqual({ width: 427, height: 240 });
  expect(sizeIn({ width: 640, height: 360 }, portrait)).toEqual({ width: 166, height: 360 });
  expect(sizeIn({ width: 4000, height: 4000 }, portrait)).toEqual(portrait);
});

it("sizes have one shape whatever whole pixels they are rounded to, and a phone that is turned has another", () => {
  expect(isSameShape(landscape, { width: 854, height: 480 })).toBe(true);
  expect(isSameShape(portrait, { width: 164, height: 354 })).toBe(true);
  expect(isSameShape(portrait, { width: 1412, height: 652 })).toBe(false);
  expect(isSameShape(landscape, { width: 1214, height: 758 })).toBe(false);
});
