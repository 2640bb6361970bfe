/** The mean of several drawings of a picture at rest. */

import { describe, expect, it } from "vitest";
import { SampleMean, samplePattern } from "../../../../../server/render/surface/sample-mean.ts";

describe("sample mean", () => {
  it("is the rounded mean of each byte, over all bytes and the extremes", () => {
    const pictures = samplePattern.map((_, index) => Uint8Array.of(255, 0, index, index * 36, 0, 255, 1, index % 2));
    const mean = new SampleMean(2);
    for (const picture of pictures) mean.add(picture);
    const result = new Uint8Array(8);
    mean.mean(result);
    const expected = result.map((_, at) =>
      Math.floor((pictures.reduce((sum, picture) => sum + (picture[at] ?? 0), 0) + 4) / 8),
    );
    expect(result).toEqual(expected);
  });

  it("begins anew after reset", () => {
    const mean = new SampleMean(1);
    mean.add(Uint8Array.of(200, 200, 200, 200));
    mean.reset();
    mean.add(Uint8Array.of(1, 2, 3, 4));
    const result = new Uint8Array(4);
    mean.mean(result);
    expect([...result]).toEqual([1, 2, 3, 4]);
  });

  it("samples around the centre of the pixel", () => {
    const sums = samplePattern.reduce<readonly [number, number]>(([x, y], [dx, dy]) => [x + dx, y + dy], [0, 0]);
    expect(sums.map((sum) => Math.abs(sum / 8) < 0.1)).toEqual([true, true]);
  });
});
