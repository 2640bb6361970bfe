/** Owns how many threads an encoder gets: as many as the picture has work for, and half of the machine at most. */

import { availableParallelism } from "node:os";
import type { PictureSize } from "../../../shared/video.ts";

/**
 * A thread has so many pixels of its own at least: a quarter of 1280x720. Each takes a slice of the picture, which no longer
 * learns from its neighbours, so that more of them cost bits.
 */
const MIN_PIXELS = (1280 * 720) / 4;

/** For pictures of `size`, on a machine with so many cores. The other half of them draws, sends and serves other rooms. */
export function encoderThreads({ width, height }: PictureSize, cores: number = availableParallelism()): number {
  const worthwhile = Math.ceil((width * height) / MIN_PIXELS);
  return Math.max(1, Math.min(worthwhile, cores >> 1));
}
