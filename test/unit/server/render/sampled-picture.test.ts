/** Where the samples of a picture lie: evenly in the pixel, so that an edge is as wide as it should be. */

import { expect, test } from "vitest";
import { placesOf } from "../../../../server/render/sampled-picture.ts";
import { samplePattern } from "../../../../server/render/surface/sample-mean.ts";

test("one sample is the middle, and eight are those of a picture at rest", () => {
  expect(placesOf(1)).toEqual([[0, 0]]);
  expect(placesOf(8)).toBe(samplePattern);
});

test.each([2, 4, 16, 32, 64, 256])(
  "%i samples: each row and column of the pixel has one, each half as many, and their middle is its",
  (count) => {
    const places = placesOf(count);
    expect(places).toHaveLength(count);
    for (const axis of [0, 1] as const) {
      const cells = places.map((place) => Math.floor((place[axis] + 0.5) * count));
      expect(cells.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, at) => at));
      const mean = places.reduce((sum, place) => sum + place[axis], 0) / count;
      expect(Math.abs(mean)).toBeLessThan(1e-9);
    }
    if (count < 4) return;
    const quarter = places.filter(([x, y]) => x < 0 && y < 0).length;
    expect(quarter).toBe(count / 4);
  },
);
