/** Owns how large a picture is drawn for a window that it is to fill. Pure; in the scene's process. */

import type { ViewWindow } from "../../shared/signaling.ts";
import type { PictureSize } from "../../shared/video.ts";
import { MAX_WINDOW_PIXELS } from "../session/session-protocol.ts";

/** More pixels of the screen to one of CSS than this are not seen, and cost as much as the others. */
const MAX_RATIO = 2;
/** So many pixels software draws as fast as a picture of 1280x720. */
const MAX_SOFTWARE_PIXELS: number = 1280 * 720;
const MIN_SIDE = 180;
const MAX_SIDE = 4096;
/** A window that is longer than so many times its other side is not filled. */
const MAX_SHAPE = 3;

/** The most pixels of a picture that is drawn for a window on a GPU, or without one. */
export function maxPixelsOn(isGpu: boolean): number {
  return isGpu ? MAX_WINDOW_PIXELS : MAX_SOFTWARE_PIXELS;
}

/** How many pixels of a picture of `size` one of CSS has that stands in the window which it was made for. */
export function ratioIn({ width, height }: ViewWindow, size: PictureSize): number {
  return Math.round((size.width / Math.min(width, height * MAX_SHAPE)) * 1000) / 1000;
}

/** In even numbers, of at most `maxPixels`, and of the shape of the window as nearly as those can. */
export function pictureSizeFor({ width, height, ratio }: ViewWindow, maxPixels: number): PictureSize {
  const scale = Math.min(ratio, MAX_RATIO);
  const shaped = {
    width: Math.min(width, height * MAX_SHAPE) * scale,
    height: Math.min(height, width * MAX_SHAPE) * scale,
  };
  const [shorter, longer] = [Math.min(shaped.width, shaped.height), Math.max(shaped.width, shaped.height)];
  const fitting = Math.min(1, Math.sqrt(maxPixels / (shorter * longer)), MAX_SIDE / longer);
  const factor = Math.max(fitting, MIN_SIDE / shorter);
  const sized = (toWhole: (half: number) => number) => ({
    width: 2 * toWhole((shaped.width * factor) / 2),
    height: 2 * toWhole((shaped.height * factor) / 2),
  });
  const nearest = sized(Math.round);
  return nearest.width * nearest.height <= maxPixels ? nearest : sized(Math.floor);
}
