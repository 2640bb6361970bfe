/** Owns what I420 should be made of a picture, by the formula of BT.601 written out here, and how far a frame is from it. */

import { i420Layout } from "../../server/frames/i420-layout.ts";
import type { PictureSize } from "../../shared/video.ts";

type Weights = readonly [number, number, number];

const toY: Weights = [0.299, 0.587, 0.114];
const toCb: Weights = [-0.299 / 1.772, -0.587 / 1.772, 0.5];
const toCr: Weights = [0.5, -0.587 / 1.402, -0.114 / 1.402];

/** The farthest that any sample of an I420 picture is from what `rgba`, bottom row first, gives in limited range. */
export function i420Error(i420: Uint8Array, rgba: Uint8Array, size: PictureSize): { luma: number; chroma: number } {
  const { width, height } = size;
  const { stride, planes } = i420Layout(size);
  const sumAt = (x: number, y: number, [red, green, blue]: Weights) => {
    const at = ((height - 1 - y) * width + x) * 4;
    const [r, g, b] = [rgba[at] ?? Number.NaN, rgba[at + 1] ?? Number.NaN, rgba[at + 2] ?? Number.NaN];
    return (red * r + green * g + blue * b) / 255;
  };
  const sampleAt = (plane: number, x: number, y: number) => i420[plane + y * stride + x] ?? Number.NaN;
  let [luma, chroma] = [0, 0];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      luma = Math.max(luma, Math.abs(sampleAt(planes[0], x, y) - (16 + 219 * sumAt(x, y, toY))));
    }
  }
  const meanAt = (x: number, y: number, weights: Weights) =>
    (sumAt(x, y, weights) + sumAt(x + 1, y, weights) + sumAt(x, y + 1, weights) + sumAt(x + 1, y + 1, weights)) / 4;
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const cb = Math.abs(sampleAt(planes[1], x / 2, y / 2) - (128 + 224 * meanAt(x, y, toCb)));
      const cr = Math.abs(sampleAt(planes[2], x / 2, y / 2) - (128 + 224 * meanAt(x, y, toCr)));
      chroma = Math.max(chroma, cb, cr);
    }
  }
  return { luma, chroma };
}
