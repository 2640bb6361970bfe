/** Owns how the time from a press to its picture splits into stages, of what both ends measured. Pure. */

import type { StreamQuality, ViewerStats } from "../index.ts";

/** From the hand to the eye; the words of each stand beside the chart. */
export const latencyStages = ["Draw", "Encode", "Rest of server", "Network", "Browser"] as const;

/** Milliseconds, in the order of `latencyStages`. */
export type StageTimes = readonly [number, number, number, number, number];

/**
 * The stages of the newest press; null before the first. What the server needs and the whole are measured for this very press; drawing,
 * encoding and the round trip are what they are at that time, and what is left of the two is the rest.
 */
export function stageTimes(stats: ViewerStats, quality: StreamQuality | null): StageTimes | null {
  const press = stats.clickToPictureMs;
  if (press === null) return null;
  const draw = part(stats.serverRenderMs, press.lastServerMs);
  const encode = part(stats.serverEncodeMs, press.lastServerMs - draw);
  const beyond = press.lastMs - press.lastServerMs;
  const network = part(stats.roundTripMs ?? quality?.roundTripMs ?? null, beyond);
  return [draw, encode, press.lastServerMs - draw - encode, network, beyond - network];
}

function part(ms: number | null, of: number): number {
  return Math.min(ms ?? 0, of);
}
