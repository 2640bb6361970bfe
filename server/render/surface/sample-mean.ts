/**
 * Owns the anti-aliasing of a scene at rest: the same picture is drawn several times, each time moved by a part of a
 * pixel, and the mean of the drawings is the picture. In the render thread.
 */

import type { Rows } from "./surface.ts";

/**
 * Where in the pixel each drawing samples, in pixels from its centre: the standard 8x multisample pattern of Direct3D
 * (D3D11_STANDARD_MULTISAMPLE_PATTERN), which Vulkan shares.
 */
export const samplePattern: readonly (readonly [x: number, y: number])[] = [
  [1 / 16, -3 / 16],
  [-1 / 16, 3 / 16],
  [5 / 16, 1 / 16],
  [-3 / 16, -5 / 16],
  [-5 / 16, 5 / 16],
  [-7 / 16, -1 / 16],
  [3 / 16, 7 / 16],
  [7 / 16, -7 / 16],
];

const EVEN_BYTES = 0x00ff00ff;

/** Adds up to 256 pictures of bytes and gives their mean. Two bytes share a 32-bit sum, 16 bits each. */
export class SampleMean {
  readonly #even: Uint32Array;
  readonly #odd: Uint32Array;
  #count = 0;

  /** For pictures of `pixels` pixels of four bytes. */
  constructor(pixels: number) {
    this.#even = new Uint32Array(pixels);
    this.#odd = new Uint32Array(pixels);
  }

  get count(): number {
    return this.#count;
  }

  /** Forgets what was added. */
  reset(): void {
    this.#count = 0;
  }

  /** Adds one picture; `picture` starts at a multiple of four bytes. */
  add(picture: Uint8Array): void {
    this.addRows(picture, { first: 0, count: this.#even.length }, 1);
    this.endPicture();
  }

  /** Adds some rows of a picture of `width`, at their place in the whole. When all were added, `endPicture` is to follow. */
  addRows(picture: Uint8Array, rows: Rows, width: number): void {
    const words = new Uint32Array(picture.buffer, picture.byteOffset, this.#even.length);
    const even = this.#even;
    const odd = this.#odd;
    const first = this.#count === 0;
    const end = (rows.first + rows.count) * width;
    for (let index = rows.first * width; index < end; index += 1) {
      const word = words[index] ?? 0;
      even[index] = (first ? 0 : (even[index] ?? 0)) + (word & EVEN_BYTES);
      odd[index] = (first ? 0 : (odd[index] ?? 0)) + ((word >>> 8) & EVEN_BYTES);
    }
  }

  /** All rows of a picture were added. */
  endPicture(): void {
    this.#count += 1;
  }

  /** Writes the mean, rounded to the nearest. The number of pictures must be a power of two. */
  mean(into: Uint8Array): void {
    const shift = Math.log2(this.#count);
    if (!Number.isInteger(shift)) throw new TypeError("The number of pictures must be a power of two.");
    const words = new Uint32Array(into.buffer, into.byteOffset, this.#even.length);
    const half = (this.#count >> 1) * 0x00010001;
    const even = this.#even;
    const odd = this.#odd;
    for (let index = 0; index < words.length; index += 1) {
      const low = (((even[index] ?? 0) + half) >>> shift) & EVEN_BYTES;
      const high = (((odd[index] ?? 0) + half) >>> shift) & EVEN_BYTES;
      words[index] = low | (high << 8);
    }
  }
}
