import { expect, test } from "vitest";
import { orientationOf, turnedSize, turnPixels } from "../../../../server/movies/orientation.ts";

/** A matrix as FFmpeg gives it, of the numbers that turn and mirror. */
function matrix(a: number, b: number, c: number, d: number): Uint8Array {
  const words = Int32Array.from([a, b, 0, c, d, 0, 0, 0, 0], (value) => value * 65_536);
  return new Uint8Array(words.buffer);
}

test.each([
  ["upright", matrix(1, 0, 0, 1), { turn: 0, isMirrored: false }, [1, 2, 3, 4, 5, 6]],
  ["turned clockwise", matrix(0, 1, -1, 0), { turn: 90, isMirrored: false }, [4, 1, 5, 2, 6, 3]],
  ["upside down", matrix(-1, 0, 0, -1), { turn: 180, isMirrored: false }, [6, 5, 4, 3, 2, 1]],
  ["turned the other way", matrix(0, -1, 1, 0), { turn: 270, isMirrored: false }, [3, 6, 2, 5, 1, 4]],
  ["mirrored", matrix(-1, 0, 0, 1), { turn: 0, isMirrored: true }, [3, 2, 1, 6, 5, 4]],
  ["mirrored and upside down", matrix(1, 0, 0, -1), { turn: 180, isMirrored: true }, [4, 5, 6, 1, 2, 3]],
  ["mirrored and turned clockwise", matrix(0, -1, -1, 0), { turn: 90, isMirrored: true }, [6, 3, 5, 2, 4, 1]],
  ["of no matrix", null, { turn: 0, isMirrored: false }, [1, 2, 3, 4, 5, 6]],
  ["of half a matrix", new Uint8Array(20), { turn: 0, isMirrored: false }, [1, 2, 3, 4, 5, 6]],
] as const)("a picture %s is shown as it says", (_name, bytes, orientation, pixels) => {
  expect(orientationOf(bytes)).toEqual(orientation);
  const size = { width: 3, height: 2 };
  const into = new Uint32Array(6);
  turnPixels(Uint32Array.of(1, 2, 3, 4, 5, 6), size, orientation, into);
  expect([...into]).toEqual(pixels);
  expect(turnedSize(size, orientation).width).toBe(orientation.turn % 180 === 0 ? 3 : 2);
});
