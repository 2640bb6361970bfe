/** Owns how a picture is turned over for nothing: swscale gets its top row and goes through the memory backwards. */

import type { PictureSize } from "../../shared/video.ts";

/** The last row in memory of an RGBA picture whose bottom row is first; to be given with a negative stride. */
export function topRowOf(pixels: Uint8Array, { width, height }: PictureSize): Buffer {
  const stride = width * 4;
  return Buffer.from(pixels.buffer, pixels.byteOffset + (height - 1) * stride, stride);
}
