/** Owns the checks of where the picture lies and which points in it are sent. */

import { describe, expect, it } from "vitest";
import { changedButton } from "../../../../client/input/pointer-capture.ts";
import { clampToPicture, clampWhileHeld, fitPicture } from "../../../../client/picture/picture-rectangle.ts";

const size = { width: 1280, height: 720 };

describe("the picture's rectangle", () => {
  it("has bars above and below in a taller element", () => {
    const picture = fitPicture({ left: 0, top: 0, width: 1280, height: 800 }, size);
    expect(picture).toEqual({ left: 0, top: 40, width: 1280, height: 720 });
  });

  it("has bars left and right in a wider element, wherever that lies", () => {
    const picture = fitPicture({ left: 100, top: 50, width: 800, height: 360 }, size);
    expect(picture).toEqual({ left: 180, top: 50, width: 640, height: 360 });
  });

  it("has no bars of less than two pixels, which whole pixels of a picture may leave", () => {
    const box = { left: 0, top: 0, width: 390, height: 844 };
    expect(fitPicture(box, { width: 652, height: 1412 })).toEqual(box);
    expect(fitPicture(box, { width: 650, height: 1416 }).width).toBeCloseTo(387.4, 1);
  });

  it("is the whole element while the size is unknown", () => {
    const box = { left: 1, top: 2, width: 3, height: 4 };
    expect(fitPicture(box, null)).toEqual(box);
  });
});

describe("a point in the picture", () => {
  it("may lie outside while held, but not farther than a message can say", () => {
    expect(clampWhileHeld({ x: -40, y: 1.5 })).toEqual({ x: -16, y: 1.5 });
    expect(clampToPicture({ x: -0.2, y: 1.5 })).toEqual({ x: 0, y: 1 });
  });
});

describe("the button that changed", () => {
  it("is numbered as Pointer Events number it", () => {
    expect(changedButton(1, 1)).toBe(-1);
    expect(changedButton(0, 1)).toBe(0);
    expect(changedButton(1, 3)).toBe(2);
    expect(changedButton(5, 1)).toBe(1);
    expect(changedButton(1, 9)).toBe(3);
  });
});
