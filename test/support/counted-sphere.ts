/** Owns a movie of all around in which each picture says its number, and each side has its colour; and reading them off a picture. */

import { MovieFile } from "../../server/encode/mux/movie-file.ts";
import { directionAt, sphereLayouts } from "../../server/encode/sphere/layouts.ts";

const size = { width: 512, height: 256 };
/** Of its number, white for 1, the highest on the left, ahead. */
const BITS = 5;
export const countedMovie = { fps: 10, pictures: 2 ** BITS } as const;
/** How far the first of the digits is to the left, and how far the next one is from it, in degrees. */
const [FIRST, STEP] = [-24, 12];

export const sideColours = {
  right: [224, 32, 32],
  left: [32, 192, 32],
  behind: [32, 64, 224],
  up: [224, 192, 32],
  down: [192, 32, 192],
  ahead: [112, 112, 112],
} as const;

/** A file of Matroska. */
export function writeCountedMovie(path: string): void {
  const { fps, pictures } = countedMovie;
  const coding = { codec: "h264", chroma: "420", quality: 95, lossless: false } as const;
  const movie = new MovieFile(path, { ...coding, size, fps: { num: fps, den: 1 } });
  const { rgba, digits } = groundPicture();
  for (let number = 0; number < pictures; number += 1) {
    for (const [at, digit] of digits) rgba.fill(((number >> (BITS - 1 - digit)) & 1) === 1 ? 240 : 16, at, at + 3);
    movie.add(rgba);
  }
  movie.finish();
}

/** What all pictures share, from the lowest row on, and where in it the pixels of which digit are. */
function groundPicture(): {
  readonly rgba: Uint8Array;
  readonly digits: readonly (readonly [at: number, digit: number])[];
} {
  const rgba = new Uint8Array(size.width * size.height * 4);
  const digits: [number, number][] = [];
  for (let row = 0; row < size.height; row += 1) {
    for (let column = 0; column < size.width; column += 1) {
      const [u, v] = [(column + 0.5) / size.width, (row + 0.5) / size.height];
      const at = ((size.height - 1 - row) * size.width + column) * 4;
      const digit = Math.round(((u - 0.5) * 360 - FIRST) / STEP);
      if (digit >= 0 && digit < BITS && Math.abs(v - 0.5) < 0.06) digits.push([at, digit]);
      rgba.set([...sideColours[sideAt(u, v)], 255], at);
    }
  }
  return { rgba, digits };
}

function sideAt(u: number, v: number): keyof typeof sideColours {
  const [x, y, z] = directionAt(sphereLayouts.equirect, u, v);
  const [right, up, behind] = [Math.abs(x), Math.abs(y), Math.abs(z)];
  if (up > right && up > behind) return y > 0 ? "up" : "down";
  if (right > behind) return x > 0 ? "right" : "left";
  return z > 0 ? "behind" : "ahead";
}

/** Where the digits are in a picture that looks straight ahead, and is so many degrees high. */
export function digitPlaces({ width, height }: typeof size, fov: number): readonly (readonly [number, number])[] {
  const focus = 0.5 / Math.tan((fov * Math.PI) / 360);
  return Array.from({ length: BITS }, (_, digit) => {
    const across = focus * Math.tan(((FIRST + digit * STEP) * Math.PI) / 180);
    return [0.5 + (across * height) / width, 0.5] as const;
  });
}

/** The number that digits of these colours say; null where one is neither black nor white. */
export function numberOf(colours: readonly (readonly number[])[]): number | null {
  let number = 0;
  for (const [red = 128] of colours) {
    if (red > 90 && red < 165) return null;
    number = number * 2 + (red > 128 ? 1 : 0);
  }
  return colours.length === BITS ? number : null;
}
