import fc from "fast-check";
import { expect, it } from "vitest";
import { cutOf, noCrop, pictureFits, placeIn } from "../../../shared/picture-cut.ts";

const wide = { width: 1600, height: 900 };

it.each([
  ["contain", { width: 400, height: 400 }, { x: 0, y: 0, ...wide }, { width: 400, height: 225 }],
  ["stretch", { width: 400, height: 400 }, { x: 0, y: 0, ...wide }, { width: 400, height: 400 }],
  ["cover", { width: 400, height: 400 }, { x: 350, y: 0, width: 900, height: 900 }, { width: 400, height: 400 }],
] as const)("%s shows its part of a picture", (fit, box, from, to) => {
  expect(cutOf(wide, { ...box, fit, crop: noCrop })).toEqual({ from, to });
});

it("what is cut off is gone before the rest is fitted", () => {
  const crop = { left: 0.5, top: 0, right: 0, bottom: 0.25 };
  expect(cutOf(wide, { width: 400, height: 400, fit: "contain", crop })).toEqual({
    from: { x: 800, y: 0, width: 800, height: 675 },
    to: { width: 400, height: 338 },
  });
});

it("a contained picture lies in the middle of its box, others fill it", () => {
  const box = { x: 10, y: 20, width: 400, height: 400 };
  expect(placeIn(box, { width: 400, height: 225 }, "contain")).toEqual({ x: 10, y: 107, width: 400, height: 225 });
  expect(placeIn(box, { width: 400, height: 400 }, "cover")).toEqual(box);
});

it("whatever is asked for, the part lies in the picture and the result in the box", () => {
  const side = fc.integer({ min: 2, max: 4096 });
  const share = fc.double({ min: 0, max: 0.49, noNaN: true });
  const crop = fc.record({ left: share, top: share, right: share, bottom: share });
  const showing = fc.record({ width: side, height: side, fit: fc.constantFrom(...pictureFits), crop });
  fc.assert(
    fc.property(fc.record({ width: side, height: side }), showing, (picture, showing) => {
      const { from, to } = cutOf(picture, showing);
      expect(from.x >= 0 && from.y >= 0 && from.width >= 2 && from.height >= 2).toBe(true);
      expect(from.x + from.width <= picture.width && from.y + from.height <= picture.height).toBe(true);
      expect(to.width >= 2 && to.width <= showing.width && to.height >= 2 && to.height <= showing.height).toBe(true);
    }),
  );
});
