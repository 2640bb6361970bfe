/**
 * Owns how a picture of the scene lively.ts tells which of its pictures it is: in a row of black and white fields at its
 * bottom, each bit and then each bit's contrary. Pure.
 */

import type { PictureSize } from "../../shared/video.ts";
import type { Luma } from "./ssim.ts";

const BITS = 5;
/** How many different pictures there are. */
export const PICTURES: number = 2 ** BITS;
export const FIELDS: number = 2 * BITS;
/** The part of the height that the fields take at the bottom, and the field that a press changes at the top. */
export const STRIP: number = 1 / 20;

/** Whether each field is white. */
export function fieldsOf(picture: number): boolean[] {
  const bits = Array.from({ length: BITS }, (_, bit) => ((picture >> bit) & 1) === 1);
  return [...bits, ...bits.map((bit) => !bit)];
}

/** Null where the fields contradict each other, because two pictures are mixed. */
export function pictureIn(luma: Luma, { width, height }: PictureSize): number | null {
  const y = Math.floor((1 - STRIP / 2) * height);
  const fields = Array.from({ length: FIELDS }, (_, field) => {
    const x = Math.floor(((field + 0.5) * width) / FIELDS);
    return (luma[y * width + x] ?? 0) > 127;
  });
  const picture = fields.slice(0, BITS).reduce((sum, isWhite, bit) => sum + (isWhite ? 2 ** bit : 0), 0);
  return fieldsOf(picture).every((isWhite, field) => isWhite === fields[field]) ? picture : null;
}
