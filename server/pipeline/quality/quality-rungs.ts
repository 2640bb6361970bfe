/**
 * Owns the rungs of the quality ladder: which sizes and frame rates there are, in which order, and how many pixels a second
 * each takes. Pure.
 */

import type { Preference } from "../../../shared/signaling.ts";
import { type PictureSize, scaledSize } from "../../../shared/video.ts";
import type { EncodeTarget } from "../../encode/video/encode-protocol.ts";

export type Rung = { readonly size: PictureSize; readonly fps: number };

const FULL = Number.POSITIVE_INFINITY;
const steps = [1, 3 / 4, 1 / 2, 3 / 8, 1 / 4] as const;
/** A smaller picture shows nothing any more. */
const MIN_SIDE = 96;

/** The part of each side, and the frames a second. */
const ladders: Readonly<Record<Preference, readonly (readonly [step: number, fps: number])[]>> = {
  auto: [
    [1, FULL],
    [3 / 4, FULL],
    [1 / 2, FULL],
    [1 / 2, 30],
    [3 / 8, 30],
    [1 / 4, 30],
    [1 / 4, 20],
    [1 / 4, 15],
    [1 / 4, 10],
  ],
  fluid: [
    [1, FULL],
    [3 / 4, FULL],
    [1 / 2, FULL],
    [3 / 8, FULL],
    [1 / 4, FULL],
    [1 / 4, 30],
    [1 / 4, 20],
    [1 / 4, 15],
    [1 / 4, 10],
  ],
  sharp: [
    [1, FULL],
    [1, 30],
    [1, 20],
    [1, 15],
    [3 / 4, 15],
    [3 / 4, 10],
    [1 / 2, 10],
    [3 / 8, 10],
    [1 / 4, 10],
  ],
};

/** The parts of each side in which a scene of this size may be coded, from the whole down. */
export function stepsOf({ width, height }: PictureSize): readonly number[] {
  return steps.filter((step) => step === 1 || step * Math.min(width, height) >= MIN_SIDE);
}

/** The rungs, each with fewer pixels a second than the one before (QL2); none is larger than `maxStep` (QL6). */
export function rungsOf(
  { size, maxFps }: { readonly size: PictureSize; readonly maxFps: number },
  preference: Preference,
  maxStep: number,
): readonly Rung[] {
  const minStep = stepsOf(size).at(-1) ?? 1;
  const rungs: Rung[] = [];
  for (const [wanted, fps] of ladders[preference]) {
    const step = Math.min(Math.max(wanted, minStep), maxStep);
    const rung = { size: scaledSize(size, step), fps: Math.min(fps, maxFps) };
    const last = rungs.at(-1);
    if (last === undefined || pixelsPerSecond(rung) < pixelsPerSecond(last)) rungs.push(rung);
  }
  return rungs;
}

/** Where the rung of `target` is, or the first with no more pixels where the ladder is another one by now. */
export function positionIn(rungs: readonly Rung[], target: EncodeTarget | null): number {
  if (target === null) return 0;
  const pixels = pixelsPerSecond({ size: target.size, fps: target.maxFps });
  const found = rungs.findIndex((rung) => pixelsPerSecond(rung) <= pixels);
  return found === -1 ? rungs.length - 1 : found;
}

/** `drawnFps` is how many frames a second there are, where that may be fewer than the rung allows. */
export function pixelsPerSecond({ size, fps }: Rung, drawnFps: number = FULL): number {
  return size.width * size.height * Math.max(1, Math.min(fps, drawnFps));
}
