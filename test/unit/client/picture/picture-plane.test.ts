/** Owns the checks of where a pointer lies in a picture that the page turns, mirrors, skews or shows in perspective. */

import { describe, expect, it } from "vitest";
import { type Corners, pointInPlane, type ViewportPoint } from "../../../../client/picture/picture-plane.ts";
import { isInsidePicture } from "../../../../client/picture/picture-rectangle.ts";

/** The corners of a picture of 1280x720 that something takes to the viewport. */
function cornersBy(map: (x: number, y: number) => ViewportPoint): Corners {
  return [map(0, 0), map(1280, 0), map(0, 720), map(1280, 720)];
}

const upright: Corners = cornersBy((x, y) => ({ x, y: y + 40 }));

describe("a picture that stands upright", () => {
  it("runs from 0 to 1 over the picture, not over its element", () => {
    expect(pointInPlane(upright, 0, 40)).toEqual({ x: 0, y: 0 });
    expect(pointInPlane(upright, 1280, 760)).toEqual({ x: 1, y: 1 });
    expect(pointInPlane(upright, 640, 400)).toEqual({ x: 0.5, y: 0.5 });
  });

  it("has points outside on the bars", () => {
    const point = pointInPlane(upright, 640, 4);
    expect(point?.x).toBeCloseTo(0.5);
    expect(point?.y).toBeCloseTo(-0.05);
    expect(point !== null && isInsidePicture(point)).toBe(false);
  });

  it("has none without an area, as seen from its edge", () => {
    expect(
      pointInPlane(
        cornersBy((_x, y) => ({ x: 5, y })),
        1,
        1,
      ),
    ).toBeNull();
    expect(
      pointInPlane(
        cornersBy(() => ({ x: 5, y: 5 })),
        5,
        5,
      ),
    ).toBeNull();
  });
});

const turned = (x: number, y: number) => ({ x: 300 - 0.5 * y, y: 20 + 0.5 * x });
const mirrored = (x: number, y: number) => ({ x: 1280 - x, y });
const skewed = (x: number, y: number) => ({ x: x + 0.7 * y, y: 0.2 * x + y });
/** Turned about its left edge, seen from 900 px before the page. */
const inPerspective = (x: number, y: number) => {
  const depth = 1 + (0.6 * x) / 900;
  return { x: (0.8 * x) / depth, y: y / depth };
};

describe.each([
  ["turned", turned],
  ["mirrored", mirrored],
  ["skewed", skewed],
  ["in perspective", inPerspective],
])("a picture that is %s", (_name, map) => {
  it.each([
    [0.1, 0.2],
    [0.9, 0.7],
    [1.2, -0.3],
  ])("has %f, %f where the browser shows it", (x, y) => {
    const at = map(x * 1280, y * 720);
    const point = pointInPlane(cornersBy(map), at.x, at.y);
    expect(point?.x).toBeCloseTo(x, 9);
    expect(point?.y).toBeCloseTo(y, 9);
  });
});

it("beyond the horizon of a picture in perspective there is no point", () => {
  // However far to the right, no point of the plane is shown beyond 1200 px.
  expect(pointInPlane(cornersBy(inPerspective), 1190, 300)?.x).toBeGreaterThan(50);
  expect(pointInPlane(cornersBy(inPerspective), 1210, 300)).toBeNull();
});
