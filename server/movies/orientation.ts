/** Owns which way up the pictures of a movie are shown, and turning them. Pure. */

import type { PictureSize } from "../../shared/video.ts";

/** How a decoded picture becomes the one that is shown: mirrored left to right first, then turned clockwise by so many degrees. */
export type Orientation = { readonly turn: 0 | 90 | 180 | 270; readonly isMirrored: boolean };

export const upright: Orientation = { turn: 0, isMirrored: false };

const MATRIX_BYTES = 36;

/** Of the matrix that a file has (ISO/IEC 14496-12 section 8.3.2); what is no quarter turn counts as upright, as in FFmpeg's programs. */
export function orientationOf(matrix: Uint8Array | null): Orientation {
  if (matrix === null || matrix.byteLength < MATRIX_BYTES) return upright;
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.byteLength);
  // FFmpeg gives it in the order of bytes of the machine.
  const at = (index: number): number => Math.sign(view.getInt32(index * 4, true));
  const [a, b, c, d] = [at(0), at(1), at(3), at(4)];
  const isMirrored = a * d - b * c < 0;
  const [cos, sin] = isMirrored ? [-a, -b] : [a, b];
  if (cos === 0 && sin === 1) return { turn: 90, isMirrored };
  if (cos === 0 && sin === -1) return { turn: 270, isMirrored };
  if (cos === -1 && sin === 0) return { turn: 180, isMirrored };
  return { turn: 0, isMirrored };
}

export function isUpright({ turn, isMirrored }: Orientation): boolean {
  return turn === 0 && !isMirrored;
}

/** The size of what is shown of pictures of a size, and the other way round. */
export function turnedSize({ width, height }: PictureSize, { turn }: Orientation): PictureSize {
  return turn % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** Writes pixels of `size`, whole ones as numbers of 32 bits, into `into` as they are shown. */
export function turnPixels(from: Uint32Array, size: PictureSize, orientation: Orientation, into: Uint32Array): void {
  const { width, height } = size;
  const [start, right, down] = stepsOf(size, orientation);
  let source = 0;
  for (let y = 0; y < height; y += 1) {
    let target = start + y * down;
    for (let x = 0; x < width; x += 1) {
      into[target] = from[source] ?? 0;
      source += 1;
      target += right;
    }
  }
}

/** Where the first pixel comes to stand, and how far from one to the next on its right and below it. */
function stepsOf({ width, height }: PictureSize, { turn, isMirrored }: Orientation): readonly [number, number, number] {
  const shown = turn % 180 === 0 ? width : height;
  // Where (x, y) comes to stand, when it is turned, as a step to the right and one down.
  const places = {
    0: [0, 1, shown],
    90: [height - 1, shown, -1],
    180: [(height - 1) * shown + width - 1, -1, -shown],
    270: [(width - 1) * shown, -shown, 1],
  } as const;
  const [start, right, down] = places[turn];
  return isMirrored ? [start + (width - 1) * right, -right, down] : [start, right, down];
}
