/** Owns where the picture lies inside its element, and which points in it are sent. Pure. */

import type { PictureSize } from "../../shared/video.ts";

/** In CSS pixels from the left and top of the viewport, or of the element that it lies in. */
export type Rectangle = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** A position in the picture, from 0 (left, top) to 1 (right, bottom). */
export type PicturePoint = { readonly x: number; readonly y: number };

/** How far outside of the picture a position may lie while a button is held (input.ts). */
const FARTHEST = 16;

/** What is left of a box in CSS pixels, and not worth a bar: pictures have whole pixels. */
export const MAX_GAP = 2;

/** The part of `box` that a picture of `size` covers under `object-fit: contain`, without bars of less than two pixels; all of it when the size is unknown. */
export function fitPicture(box: Rectangle, size: PictureSize | null): Rectangle {
  if (size === null || size.width <= 0 || size.height <= 0) return box;
  const scale = Math.min(box.width / size.width, box.height / size.height);
  const width = filling(size.width * scale, box.width);
  const height = filling(size.height * scale, box.height);
  return {
    left: box.left + (box.width - width) / 2,
    top: box.top + (box.height - height) / 2,
    width,
    height,
  };
}

function filling(side: number, all: number): number {
  return all - side < MAX_GAP ? all : side;
}

export function isInsidePicture(point: PicturePoint): boolean {
  return point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1;
}

/** The nearest point of the picture itself. */
export function clampToPicture(point: PicturePoint): PicturePoint {
  return { x: clamp(point.x, 0, 1), y: clamp(point.y, 0, 1) };
}

/** The nearest point that may be sent while a button is held. */
export function clampWhileHeld(point: PicturePoint): PicturePoint {
  return { x: clamp(point.x, -FARTHEST, FARTHEST), y: clamp(point.y, -FARTHEST, FARTHEST) };
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
