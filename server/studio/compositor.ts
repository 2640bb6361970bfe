/**
 * Owns the picture of a studio: composes what lies in it, from the bottom up, in memory. In the render thread of its room.
 *
 * UC1 Only what changed is composed again: the boxes in which something came, went or looks otherwise. What lies below something
 *     opaque that covers such a box is left out.
 * UC2 What is outside of the view, or of the box that is composed, is not touched.
 */

import { type Box, intersectionOf } from "../../shared/picture-cut.ts";
import type { PictureSize } from "../../shared/video.ts";
import { drawPicture, fillBox, type Pixels } from "./blit.ts";

/** Something that lies in the view. */
export type Drawing =
  | {
      readonly kind: "picture";
      readonly place: Box;
      /** What of it is seen; it lies inside `place`. */
      readonly seen: Box;
      readonly opacity: number;
      readonly picture: Pixels;
      readonly hasAlpha: boolean;
    }
  | { readonly kind: "fill"; readonly seen: Box; readonly opacity: number; readonly color: number };

export class Compositor {
  readonly size: PictureSize;
  /** RGBA, rows from the top down. */
  readonly bytes: Uint8Array;
  readonly #background: number;
  readonly #canvas: Pixels;
  #dirty: Box[] = [];

  /** All of it is composed at first. */
  constructor(size: PictureSize, background: number) {
    this.size = size;
    this.#background = background;
    const pixels = new Uint32Array(size.width * size.height);
    this.#canvas = { pixels, ...size };
    this.bytes = new Uint8Array(pixels.buffer);
    this.touch({ x: 0, y: 0, ...size });
  }

  /** A pixel as a number, the red lowest. */
  pixelAt(x: number, y: number): number {
    return this.#canvas.pixels[y * this.size.width + x] ?? 0;
  }

  /** Something changed in this box. */
  touch(box: Box): void {
    const inside = intersectionOf(box, { x: 0, y: 0, ...this.size });
    if (inside !== null) this.#dirty.push(inside);
  }

  /** Composes what changed; `drawings` are all there are, the lowest first. Returns whether anything had changed. */
  compose(drawings: readonly Drawing[]): boolean {
    const boxes = merged(this.#dirty);
    this.#dirty = [];
    for (const box of boxes) this.#composeBox(box, drawings);
    return boxes.length > 0;
  }

  #composeBox(box: Box, drawings: readonly Drawing[]): void {
    const base = drawings.findLastIndex((drawing) => isOpaque(drawing) && covers(drawing.seen, box));
    if (base < 0) fillBox(this.#canvas, box, this.#background);
    for (const drawing of drawings.slice(Math.max(0, base))) {
      const clip = intersectionOf(drawing.seen, box);
      if (clip === null || drawing.opacity <= 0) continue;
      if (drawing.kind === "fill") fillBox(this.#canvas, clip, drawing.color, drawing.opacity);
      else drawPicture(this.#canvas, clip, drawing);
    }
  }
}

function isOpaque(drawing: Drawing): boolean {
  return drawing.opacity >= 1 && (drawing.kind === "fill" || !drawing.hasAlpha);
}

function covers(outer: Box, inner: Box): boolean {
  const isWide = outer.x <= inner.x && outer.x + outer.width >= inner.x + inner.width;
  return isWide && outer.y <= inner.y && outer.y + outer.height >= inner.y + inner.height;
}

/** Boxes that touch nowhere: those that do become one around both. */
function merged(boxes: readonly Box[]): Box[] {
  const apart: Box[] = [];
  for (const box of boxes) {
    let all = box;
    for (let at = 0; at < apart.length; at += 1) {
      const other = apart[at];
      if (other === undefined || intersectionOf(all, other) === null) continue;
      all = around(all, other);
      apart.splice(at, 1);
      // It may reach others now.
      at = -1;
    }
    apart.push(all);
  }
  return apart;
}

function around(one: Box, other: Box): Box {
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
  const width = Math.max(one.x + one.width, other.x + other.width) - x;
  return { x, y, width, height: Math.max(one.y + one.height, other.y + other.height) - y };
}
