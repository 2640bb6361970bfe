/**
 * Owns where images stand in the one texture from which all of an overlay is drawn: in rows, each as high as its first image. Pure.
 * In the render thread.
 */

import type { OverlayImage } from "../overlay.ts";

export type AtlasPlace = { readonly x: number; readonly y: number };

/** Between images, so that none is seen at the edge of another where it is drawn smaller. */
const GAP = 2;

export class OverlayAtlas {
  /** Of each side in pixels. */
  readonly size: number;
  readonly #places = new Map<OverlayImage, AtlasPlace>();
  readonly #rows: { readonly y: number; readonly height: number; used: number }[] = [];

  constructor(size: number) {
    this.size = size;
  }

  placeOf(image: OverlayImage): AtlasPlace | undefined {
    return this.#places.get(image);
  }

  /** Finds a place for an image; null where there is none left. */
  add(image: OverlayImage): AtlasPlace | null {
    const [width, height] = [image.width + GAP, image.height + GAP];
    const fits = this.#rows.filter((row) => row.height >= height && row.used + width <= this.size);
    const row = fits.sort((a, b) => a.height - b.height)[0] ?? this.#newRow(width, height);
    if (row === null) return null;
    const place = { x: row.used, y: row.y };
    row.used += width;
    this.#places.set(image, place);
    return place;
  }

  #newRow(width: number, height: number): { readonly y: number; readonly height: number; used: number } | null {
    const last = this.#rows.at(-1);
    const y = last === undefined ? 0 : last.y + last.height;
    if (width > this.size || y + height > this.size) return null;
    const row = { y, height, used: 0 };
    this.#rows.push(row);
    return row;
  }
}
