/**
 * Owns where the planes of an I420 picture (Y, then Cb and Cr of half the width and height) lie in its bytes, for the shader
 * that writes them and the encoders that read them where they lie.
 *
 * Rows run from the top down. All rows have the same stride: those of Cb and Cr lie side by side, each in half of one, below
 * those of Y. So four bytes anywhere in a row are one pixel of the RGBA target in which a GPU makes the picture.
 */

import type { PictureSize } from "../../shared/video.ts";

export type I420Layout = {
  /** Bytes from one row to the next, in each plane; a multiple of eight. */
  readonly stride: number;
  /** How many rows of `stride` bytes there are. */
  readonly rows: number;
  readonly bytes: number;
  /** Where Y, Cb and Cr begin, in bytes. */
  readonly planes: readonly [y: number, cb: number, cr: number];
};

/** The layout of pictures of `size`, which is in even numbers. */
export function i420Layout({ width, height }: PictureSize): I420Layout {
  const stride = Math.ceil(width / 8) * 8;
  const rows = height + height / 2;
  const cb = stride * height;
  return { stride, rows, bytes: stride * rows, planes: [0, cb, cb + stride / 2] };
}
