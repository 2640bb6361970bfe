/**
 * Owns how alike two pictures are to an eye: the structural similarity index of Wang, Bovik, Sheikh and Simoncelli (IEEE
 * Transactions on Image Processing 13(4), 2004), on luma, as the mean over windows of 8 by 8. Pure.
 */

import type { PictureSize } from "../../shared/video.ts";

const WINDOW = 8;
const STEP = 4;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** One byte a pixel, row by row. */
export type Luma = Uint8Array;

/** 1 for the same picture, less the more they differ. Of the rows from `top` to before `bottom`. */
export function ssim(a: Luma, b: Luma, size: PictureSize, top: number = 0, bottom: number = size.height): number {
  let [total, windows] = [0, 0];
  for (let y = top; y + WINDOW <= bottom; y += STEP) {
    for (let x = 0; x + WINDOW <= size.width; x += STEP) {
      total += windowSsim(a, b, size.width, y * size.width + x);
      windows += 1;
    }
  }
  return total / windows;
}

function windowSsim(a: Luma, b: Luma, stride: number, from: number): number {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let row = 0; row < WINDOW; row += 1) {
    for (let at = from + row * stride, end = at + WINDOW; at < end; at += 1) {
      const [one = 0, other = 0] = [a[at], b[at]];
      sumA += one;
      sumB += other;
      squaresA += one * one;
      squaresB += other * other;
      products += one * other;
    }
  }
  const count = WINDOW * WINDOW;
  const [meanA, meanB] = [sumA / count, sumB / count];
  const varianceA = squaresA / count - meanA * meanA;
  const varianceB = squaresB / count - meanB * meanB;
  const covariance = products / count - meanA * meanB;
  const numerator = (2 * meanA * meanB + C1) * (2 * covariance + C2);
  return numerator / ((meanA * meanA + meanB * meanB + C1) * (varianceA + varianceB + C2));
}

/** The luma of a picture of RGBA bytes (ITU-R BT.709). */
export function lumaOf(pixels: Uint8Array, size: PictureSize, isBottomUp: boolean): Luma {
  const luma = new Uint8Array(size.width * size.height);
  for (let row = 0; row < size.height; row += 1) {
    const from = (isBottomUp ? size.height - 1 - row : row) * size.width * 4;
    for (let column = 0; column < size.width; column += 1) {
      const at = from + column * 4;
      const [red = 0, green = 0, blue = 0] = [pixels[at], pixels[at + 1], pixels[at + 2]];
      luma[row * size.width + column] = Math.round(0.2126 * red + 0.7152 * green + 0.0722 * blue);
    }
  }
  return luma;
}
