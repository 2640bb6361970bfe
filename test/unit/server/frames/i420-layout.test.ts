/** Where the planes of an I420 picture lie, also of one whose width is no multiple of eight. */

import { expect, it } from "vitest";
import { i420Layout } from "../../../../server/frames/i420-layout.ts";

it.each([
  [
    { width: 1920, height: 1080 },
    { stride: 1920, rows: 1620, bytes: 3_110_400, planes: [0, 2_073_600, 2_074_560] },
  ],
  [
    { width: 18, height: 6 },
    { stride: 24, rows: 9, bytes: 216, planes: [0, 144, 156] },
  ],
])("of %o", (size, layout) => {
  expect(i420Layout(size)).toEqual(layout);
});

it("no row of a plane reaches into another", () => {
  for (let width = 2; width < 40; width += 2) {
    const { stride, planes, bytes } = i420Layout({ width, height: 4 });
    const [, cb, cr] = planes;
    expect(stride).toBeGreaterThanOrEqual(width);
    expect(cr - cb).toBeGreaterThanOrEqual(width / 2);
    expect(cr + stride + width / 2).toBeLessThanOrEqual(bytes);
    expect(stride % 8).toBe(0);
  }
});
