/** Thin coloured lines that move, encoded in 4:2:0 and in 4:4:4 by the real encoders and decoded again. */

import { expect, it } from "vitest";
import { openEncoder } from "../../server/encode/video/av-encoder.ts";
import { chromaOf, type StreamCodec } from "../../shared/video.ts";
import { psnr, thinLines } from "../support/thin-pictures.ts";
import { decodePictures } from "../support/video-decoder.ts";

const size = { width: 320, height: 192 };
const pictures = Array.from({ length: 30 }, (_, step) => thinLines(size, 16, step));

/** What comes of the lines after the first pictures, which are coarse: the mean quality, and bits a second. */
function streamed(codec: StreamCodec, bitrateBps: number): { readonly decibels: number; readonly bps: number } {
  const encoder = openEncoder({ codec, size, maxFps: 60, bitrateBps, threads: 1 });
  const coded = pictures.flatMap((rgba, index) => encoder.encode({ rgba, i420: null }, index === 0));
  encoder.close();
  const data = coded.map(({ data: bytes }) => bytes);
  const decoded = decodePictures(codec, data);
  expect(decoded.map(({ chroma }) => chroma)).toEqual(pictures.map(() => chromaOf(codec)));
  const late = decoded.flatMap((picture, index) =>
    index < 10 ? [] : psnr(picture, pictures[index] ?? new Uint8Array()),
  );
  const bytes = data.slice(10).reduce((total, { length }) => total + length, 0);
  return {
    decibels: late.reduce((total, value) => total + value, 0) / late.length,
    bps: (bytes * 8 * 60) / late.length,
  };
}

it.each(["h264", "vp9"] as const)("4:4:4 shows them 4 dB better than 4:2:0 at about the same bits: %s", (codec) => {
  const [plain, full] = [streamed(codec, 2_400_000), streamed(`${codec}-444`, 2_400_000)];
  expect(full.decibels).toBeGreaterThan(plain.decibels + 4);
  expect(full.bps).toBeLessThan(plain.bps * 1.25);
});

it("4:2:0 is no better at ten times the bits", () => {
  expect(streamed("h264", 24_000_000).decibels).toBeLessThan(streamed("h264-444", 2_400_000).decibels);
});

it.each([
  [300_000, -1.5],
  [600_000, 0],
  [1_200_000, 1],
])("4:4:4 loses little where bits are fewest, and gains soon: %d bits a second, %d dB", (bitrateBps, gain) => {
  const [plain, full] = [streamed("h264", bitrateBps), streamed("h264-444", bitrateBps)];
  expect(full.decibels - plain.decibels).toBeGreaterThan(gain);
});
