/** Owns how a test looks at the tiles of test/fixtures/page-tiles.ts. */

import { expect } from "vitest";
import { tilePlace, tileSize } from "../fixtures/page-tiles.ts";
import { colourAt } from "./render-probe.ts";

export const pictureSize = { width: 320, height: 192 } as const;

/** The colours of quad.png and its like: left top, right top, left bottom, right bottom. */
export const quad: readonly (readonly number[])[] = [
  [208, 32, 48],
  [32, 176, 64],
  [32, 64, 200],
  [224, 192, 32],
];

export class PagePicture {
  readonly #pixels: Uint8Array;

  constructor(pixels: Uint8Array) {
    this.#pixels = pixels;
  }

  /** The colour of a tile at a place in it, from -1 (left, top) to 1. */
  colourIn(tile: number, x: number, y: number): number[] {
    const middle = tilePlace(tile);
    const across = middle.x + (x * tileSize.width) / 2;
    return colourAt(this.#pixels, pictureSize, across, middle.y + (y * tileSize.height) / 2);
  }

  /** The colours of the quarters of a tile, in the order of `quad`. */
  quadOf(tile: number): number[][] {
    return [
      [-0.5, -0.5],
      [0.5, -0.5],
      [-0.5, 0.5],
      [0.5, 0.5],
    ].map(([x = 0, y = 0]) => this.colourIn(tile, x, y));
  }
}

/** Expects each channel of each colour within `within` of the wanted one. */
export function expectNear(
  colours: readonly (readonly number[])[],
  wanted: readonly (readonly number[])[],
  within: number,
): void {
  const differences = colours.flat().map((value, index) => Math.abs(value - (wanted.flat()[index] ?? 0)));
  expect(Math.max(...differences), JSON.stringify(colours)).toBeLessThanOrEqual(within);
}
