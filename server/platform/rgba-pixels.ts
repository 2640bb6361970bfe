/** Owns what is done to the pixels of pictures, RGBA of four bytes each, wherever they are decoded. Pure. */

import type { PictureSize } from "../../shared/video.ts";

/** Puts rows that begin `stride` bytes from one to the next, as FFmpeg has them, one behind the other. */
export function copyRows(
  rows: Uint8Array,
  stride: number,
  { width, height }: PictureSize,
  into: Uint8Array | Uint8ClampedArray,
): void {
  const bytes = width * 4;
  if (stride === bytes) return into.set(rows.subarray(0, bytes * height));
  for (let row = 0; row < height; row += 1) into.set(rows.subarray(row * stride, row * stride + bytes), row * bytes);
}

/** Whether any pixel is not opaque. */
export function hasAlpha(pixels: Uint8Array): boolean {
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 255) return true;
  return false;
}
