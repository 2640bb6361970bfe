/** What encoders are given of a frame: planes of I420 as they are, in the layout and size that they take. */

import { AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P, AVCOL_RANGE_MPEG } from "node-av/constants";
import type { Frame } from "node-av/lib";
import { afterEach, describe, expect, it } from "vitest";
import { PictureConverter } from "../../server/encode/av-picture-converter.ts";
import { i420Layout } from "../../server/frames/i420-layout.ts";
import type { PictureSize } from "../../shared/video.ts";

type Plane = (x: number, y: number) => number;

let converter: PictureConverter;
afterEach(() => converter.close());

/** A picture with padding that shows where it is taken for a part of it. */
function i420Of(size: PictureSize, planes: readonly [Plane, Plane, Plane]): Uint8Array {
  const layout = i420Layout(size);
  const i420 = new Uint8Array(layout.bytes).fill(255);
  for (const [index, plane] of planes.entries()) {
    const part = index === 0 ? 1 : 2;
    for (let y = 0; y < size.height / part; y += 1) {
      for (let x = 0; x < size.width / part; x += 1) {
        i420[(layout.planes[index] ?? 0) + y * layout.stride + x] = plane(x, y);
      }
    }
  }
  return i420;
}

const luma: Plane = (x, y) => 16 + ((x * 7 + y * 13) % 200);
const cb: Plane = (x, y) => 20 + ((x * 3 + y * 5) % 100);
const cr: Plane = (x, y) => 120 + ((x * 5 + y * 3) % 100);

/** What is at a place of a plane, `step` bytes from one sample to the next. */
function sampleAt(frame: Frame, plane: number, x: number, y: number, step = 1, first = 0): number | undefined {
  return frame.data?.[plane]?.[y * (frame.linesize[plane] ?? 0) + x * step + first];
}

describe.each([
  { width: 320, height: 192 },
  { width: 322, height: 190 },
  { width: 18, height: 10 },
])("of $width x $height", (size) => {
  const i420 = i420Of(size, [luma, cb, cr]);
  const places = [0, 1, 2, 3, 5, 8].map((part) => [
    Math.floor((part / 9) * size.width),
    Math.floor((part / 9) * size.height),
  ]);
  const corners = [...places, [size.width - 1, size.height - 1], [size.width - 1, 0]] as const;

  it("planes are given as they are", () => {
    converter = new PictureConverter(size, size, AV_PIX_FMT_YUV420P);
    const frame = converter.convert({ rgba: null, i420 });
    expect(frame.colorRange).toBe(AVCOL_RANGE_MPEG);
    for (const [x = 0, y = 0] of corners) {
      const [halfX, halfY] = [x >> 1, y >> 1];
      expect([sampleAt(frame, 0, x, y), sampleAt(frame, 1, halfX, halfY), sampleAt(frame, 2, halfX, halfY)]).toEqual([
        luma(x, y),
        cb(halfX, halfY),
        cr(halfX, halfY),
      ]);
    }
  });

  it("chroma is interleaved for hardware that takes NV12", () => {
    converter = new PictureConverter(size, size, AV_PIX_FMT_NV12);
    const frame = converter.convert({ rgba: null, i420 });
    for (const [x = 0, y = 0] of corners) {
      const [halfX, halfY] = [x >> 1, y >> 1];
      const chroma = [sampleAt(frame, 1, halfX, halfY, 2), sampleAt(frame, 1, halfX, halfY, 2, 1)];
      expect([sampleAt(frame, 0, x, y), ...chroma]).toEqual([luma(x, y), cb(halfX, halfY), cr(halfX, halfY)]);
    }
  });
});

it("a smaller picture is the mean of the larger one's samples, each plane by itself", () => {
  const size = { width: 36, height: 20 };
  const striped: Plane = (x) => (x % 2 === 0 ? 40 : 200);
  converter = new PictureConverter(size, { width: 18, height: 10 }, AV_PIX_FMT_YUV420P);
  const frame = converter.convert({ rgba: null, i420: i420Of(size, [striped, () => 90, () => 160]) });
  expect(Math.abs((sampleAt(frame, 0, 9, 5) ?? 0) - 120)).toBeLessThanOrEqual(2);
  expect([sampleAt(frame, 1, 4, 2), sampleAt(frame, 2, 8, 4)]).toEqual([90, 160]);
});

it("takes RGBA and I420 in turn, and makes the same of the same picture", () => {
  const size = { width: 34, height: 18 };
  converter = new PictureConverter(size, size, AV_PIX_FMT_YUV420P);
  // Mid grey: Y is 16 + 219 × 128 / 255.
  const rgba = new Uint8Array(size.width * size.height * 4).fill(128);
  const i420 = i420Of(size, [() => 126, () => 128, () => 128]);
  const middles = [
    { rgba, i420: null },
    { rgba: null, i420 },
    { rgba, i420: null },
    { rgba, i420 },
  ].map((pixels) => {
    const frame = converter.convert(pixels);
    return [0, 1, 2].map((plane) => sampleAt(frame, plane, 8, 8));
  });
  expect(middles).toEqual(middles.map(() => [126, 128, 128]));
});

it("scales a picture that was drawn smaller up, smoothly, beside whole ones of the same encoder", () => {
  const size = { width: 64, height: 32 };
  const drawnSize = { width: 32, height: 16 };
  converter = new PictureConverter(size, size, AV_PIX_FMT_YUV420P);
  // Black on the left, white on the right.
  const halves = ({ width, height }: typeof size) =>
    Uint8Array.from({ length: width * height * 4 }, (_, at) => ((at >> 2) % width < width / 2 ? 0 : 255));
  const row = (frame: Frame) => Array.from({ length: size.width }, (_, x) => sampleAt(frame, 0, x, 16) ?? Number.NaN);
  const small = row(converter.convert({ rgba: halves(drawnSize), i420: null, drawnSize }));
  expect(small.slice(0, 30)).toEqual(small.slice(0, 30).map(() => 16));
  expect(small.slice(34)).toEqual(small.slice(34).map(() => 235));
  expect(small.slice(30, 34).filter((sample) => sample > 30 && sample < 220).length).toBeGreaterThanOrEqual(2);
  const whole = row(converter.convert({ rgba: halves(size), i420: null }));
  expect(whole).toEqual(whole.map((_, x) => (x < 32 ? 16 : 235)));
});

it("has the top row on top, whichever way the rows of RGBA run", () => {
  const size = { width: 32, height: 16 };
  converter = new PictureConverter(size, size, AV_PIX_FMT_YUV420P);
  // The first row in memory is white, all others are black.
  const rgba = Uint8Array.from({ length: 32 * 16 * 4 }, (_, at) => (at < 32 * 4 ? 255 : 0));
  const ends = (frame: Frame) => [sampleAt(frame, 0, 8, 0), sampleAt(frame, 0, 8, 15)];
  expect(ends(converter.convert({ rgba, i420: null, isTopDown: true }))).toEqual([235, 16]);
  expect(ends(converter.convert({ rgba, i420: null }))).toEqual([16, 235]);
});
