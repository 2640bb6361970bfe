/**
 * Owns which part of a picture is shown in a box, and how large: for whoever makes a picture smaller for the box, and for whoever puts
 * it there. Pure.
 */

import type { PictureSize } from "./video.ts";

/** A rectangle in pixels, from the left and the top. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** What is cut off at each side, as a share of the picture's, from 0 to below 1. */
export type Crop = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

/** All of it, with bars; as much as fills the box; or all of it, out of shape. */
export const pictureFits = ["contain", "cover", "stretch"] as const;
export type PictureFit = (typeof pictureFits)[number];

/** How a picture is shown: in a box of so many pixels. */
export type PictureShowing = PictureSize & { readonly fit: PictureFit; readonly crop: Crop };

/** The part of a picture that is shown, and the size that it is to have. */
export type PictureCut = { readonly from: Box; readonly to: PictureSize };

export const noCrop: Crop = { left: 0, top: 0, right: 0, bottom: 0 };

/** The least that is shown of a picture, and of a box filled, in pixels a side. */
const MIN_SIDE = 2;

/** Both in whole pixels. */
export function cutOf(picture: PictureSize, showing: PictureShowing): PictureCut {
  const cropped = croppedOf(picture, showing.crop);
  const { width, height } = showing;
  switch (showing.fit) {
    case "stretch":
      return { from: whole(cropped, picture), to: { width, height } };
    case "contain":
      return { from: whole(cropped, picture), to: containedIn(cropped, showing) };
    case "cover": {
      const scale = Math.max(width / cropped.width, height / cropped.height);
      const [seenWidth, seenHeight] = [width / scale, height / scale];
      const seen = {
        x: cropped.x + (cropped.width - seenWidth) / 2,
        y: cropped.y + (cropped.height - seenHeight) / 2,
        width: seenWidth,
        height: seenHeight,
      };
      return { from: whole(seen, picture), to: { width, height } };
    }
  }
}

/** Where a picture that was cut for a box lies in it: in the middle of what it leaves. */
export function placeIn(box: Box, picture: PictureSize, fit: PictureFit): Box {
  const { width, height } = fit === "contain" ? containedIn(picture, box) : box;
  const x = box.x + Math.floor((box.width - width) / 2);
  const y = box.y + Math.floor((box.height - height) / 2);
  return { x, y, width, height };
}

/** What two boxes share; null where that is nothing. */
export function intersectionOf(one: Box, other: Box): Box | null {
  const [x, y] = [Math.max(one.x, other.x), Math.max(one.y, other.y)];
  const width = Math.min(one.x + one.width, other.x + other.width) - x;
  const height = Math.min(one.y + one.height, other.y + other.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

/** The largest size of the picture's shape that the box has room for. A pixel more or less is no reason to scale. */
function containedIn(picture: PictureSize, box: PictureSize): PictureSize {
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  return { width: side(picture.width * scale, box.width), height: side(picture.height * scale, box.height) };
}

function side(wanted: number, most: number): number {
  return Math.min(most, Math.max(MIN_SIDE, Math.round(wanted)));
}

function croppedOf({ width, height }: PictureSize, { left, top, right, bottom }: Crop): Box {
  return { x: left * width, y: top * height, width: (1 - left - right) * width, height: (1 - top - bottom) * height };
}

function whole({ x, y, width, height }: Box, picture: PictureSize): Box {
  const [left, right] = range(x, width, picture.width);
  const [top, bottom] = range(y, height, picture.height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** From and to, in whole pixels of the picture, at least a few. */
function range(at: number, length: number, most: number): readonly [from: number, to: number] {
  const least = Math.min(MIN_SIDE, most);
  const from = Math.min(most - least, Math.max(0, Math.round(at)));
  return [from, Math.min(most, Math.max(from + least, Math.round(at + length)))];
}
