/** Owns what a viewer wishes of its stream, and what it is told of it. */

import type { PictureSize } from "./video.ts";

/** `sharp` gives up frames a second, `fluid` pixels, `auto` some of both. */
export const preferences = ["auto", "sharp", "fluid"] as const;
/** What is given up first on a slow way. */
export type Preference = (typeof preferences)[number];

/** What a viewer may ask for as the most bits a second. */
export const MIN_VIEW_BITRATE_BPS = 100_000;
export const MAX_VIEW_BITRATE_BPS = 200_000_000;

/** The room that a page has for the picture: its box in CSS pixels, and how many pixels of the screen one of them is. */
export type ViewWindow = { readonly width: number; readonly height: number; readonly ratio: number };

/** The ratios that may be told; a browser's own is between, whatever its zoom. */
export const MIN_VIEW_RATIO = 0.1;
export const MAX_VIEW_RATIO = 16;

/** How a viewer sees the picture, and what it prefers. */
export type ViewWish = {
  /** The size in which the picture is shown, in pixels of the screen; more are not sent. Null: not known. */
  readonly shown: PictureSize | null;
  /**
   * The room that there is for it, which the picture takes the shape of while this viewer steers. Null: there is none.
   * Pages of before leave it out.
   */
  readonly window?: ViewWindow | null;
  readonly preference: Preference;
  /** More bits a second are not wanted, null: as many as the server gives. */
  readonly maxBitrateBps: number | null;
};

/** What the server sends a viewer from now on, and what it knows of the way there. */
export type StreamQuality = {
  /** The size of the frames that are sent, in pixels; never larger than the scene's. */
  readonly size: PictureSize;
  /** The most frames a second. */
  readonly maxFps: number;
  /** What the frames may take, in bits a second. */
  readonly bitrateBps: number;
  /** What the way to the viewer is thought to carry, in bits a second; null before anything is known. */
  readonly estimateBps: number | null;
  /** To the viewer and back, in milliseconds; null before anything is known. */
  readonly roundTripMs: number | null;
  /** The part of the packets of late that were lost, 0 to 1. */
  readonly loss: number;
};
