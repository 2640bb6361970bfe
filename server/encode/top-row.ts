/** Owns how a picture is turned over for nothing: swscale gets its top row, and goes through the memory backwards where that is last. */

import type { PictureSize } from "../../shared/video.ts";

/** The bytes of an RGBA picture from its top row on, and how many there are from one row to the one below it. */
export type TopRow = { readonly row: Buffer; readonly stride: number };

/** `isTopDown`: whether the top row is the first one in memory; else it is the last. */
export function topRowOf(pixels: Uint8Array, { width, height }: PictureSize, isTopDown: boolean): TopRow {
  const stride = width * 4;
  if (isTopDown) return { row: Buffer.from(pixels.buffer, pixels.byteOffset, height * stride), stride };
  return { row: Buffer.from(pixels.buffer, pixels.byteOffset + (height - 1) * stride, stride), stride: -stride };
}
