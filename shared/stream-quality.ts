/** Owns what a viewer wishes of its stream, and what it is told of it. */

import type { PictureSize } from "./video.ts";

/** What is given up first on a slow way: `sharp` frames a second, `fluid` pixels, `auto` some of both. */
export const preferences = ["auto", "sharp", "fluid"] as const;
export type Preference = (typeof preferences)[number];

export type ViewWish = {
  /** The size in which the picture is shown, in pixels of the screen; more are not sent. Null: not known. */
  readonly shown: PictureSize | null;
  readonly preference: Preference;
  /** More bits a second are not wanted, 100 000 to 200 000 000; null: as many as the server gives. */
  readonly maxBitrateBps: number | null;
};

export type StreamQuality = {
  readonly size: PictureSize;
  /** The most frames a second. */
  readonly maxFps: number;
  /** What the frames may take, in bits a second. */
  readonly bitrateBps: number;
  /** What the way to the viewer is thought to carry, in bits a second; null before anything is known. */
  readonly estimateBps: number | null;
  readonly roundTripMs: number | null;
  /** The part of the packets of late that were lost, 0 to 1. */
  readonly loss: number;
};
