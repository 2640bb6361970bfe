/** Owns how a program's frame comes into the form that the frame ring has: RGBA, in even numbers. Pure; in the render thread. */

import type { ProgramFrame } from "../../../shared/frame-source.ts";
import type { PictureSize } from "../../../shared/video.ts";

/** How a frame lies in a slot. */
export type FrameShape = Required<Pick<ProgramFrame, "width" | "height" | "format" | "rows">>;

/** The size of the picture of a frame: without the last column or row of an odd number. */
export function pictureOf({ width, height }: Pick<ProgramFrame, "width" | "height">): PictureSize {
  return { width: width - (width % 2), height: height - (height % 2) };
}

/** Whether the pixels of a frame are those of its picture, byte by byte. */
export function isPlain({ width, height, format }: FrameShape): boolean {
  return format === "rgba" && width % 2 === 0 && height % 2 === 0;
}

const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const OPAQUE = 0xff000000;

/** Writes the picture of a frame into `rgba`, rows in the order in which the frame has them. */
export function expand(pixels: Uint8Array, shape: FrameShape, rgba: Uint8Array): void {
  const { width, height } = pictureOf(shape);
  // Of an odd height the bottom row goes, which is the first one where rows run up.
  const skipped = shape.rows === "up" ? shape.height - height : 0;
  for (let row = 0; row < height; row += 1) {
    const target = rgba.subarray(row * width * 4, (row + 1) * width * 4);
    expandRow(pixels, (row + skipped) * shape.width, shape.format, target);
  }
}

/** `first` is the number of the first pixel. */
function expandRow(pixels: Uint8Array, first: number, format: FrameShape["format"], target: Uint8Array): void {
  switch (format) {
    case "rgba":
      return target.set(pixels.subarray(first * 4, first * 4 + target.byteLength));
    case "rgb":
      return expandRgb(pixels, first * 3, target);
    case "gray":
      return expandGray(pixels, first, target);
  }
}

/** A pixel a step, written as one number: half the time of four bytes. */
function expandRgb(pixels: Uint8Array, at: number, target: Uint8Array): void {
  const words = wordsOf(target);
  if (words === null) {
    for (let [from, to] = [at, 0]; to < target.byteLength; from += 3, to += 4) {
      target[to] = pixels[from] ?? 0;
      target[to + 1] = pixels[from + 1] ?? 0;
      target[to + 2] = pixels[from + 2] ?? 0;
      target[to + 3] = 255;
    }
    return;
  }
  for (let [from, to] = [at, 0]; to < words.length; from += 3, to += 1) {
    words[to] = OPAQUE | ((pixels[from + 2] ?? 0) << 16) | ((pixels[from + 1] ?? 0) << 8) | (pixels[from] ?? 0);
  }
}

function expandGray(pixels: Uint8Array, at: number, target: Uint8Array): void {
  const words = wordsOf(target);
  for (let to = 0; to < target.byteLength / 4; to += 1) {
    const level = pixels[at + to] ?? 0;
    if (words !== null) words[to] = OPAQUE | (level << 16) | (level << 8) | level;
    else target.set([level, level, level, 255], to * 4);
  }
}

/** Null where numbers lie otherwise. */
function wordsOf(bytes: Uint8Array): Uint32Array | null {
  if (!littleEndian || bytes.byteOffset % 4 !== 0) return null;
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}
