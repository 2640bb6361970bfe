/** Owns how the quality of the stream reads to a person, and when it is worth a word. Pure. */

import type { PictureSize, StreamQuality } from "../index.ts";

/** More of what the way carries than this, and it is the way that keeps the quality down. */
const FULL_WAY = 0.6;

/** Fewer frames a second than this are seen as such. */
const FEW_FPS = 20;

/** What the network leaves of a scene of this size; null where it takes nothing, or somebody wants no more. */
export function qualityHint(quality: StreamQuality | null, scene: PictureSize | null): string | null {
  if (quality === null || scene === null || quality.estimateBps === null) return null;
  if (quality.bitrateBps < quality.estimateBps * FULL_WAY) return null;
  const { width, height } = quality.size;
  if (width < scene.width) return `${width} × ${height}`;
  return quality.maxFps < FEW_FPS ? `${Math.round(quality.maxFps)} fps` : null;
}
