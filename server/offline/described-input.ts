/**
 * Owns what is known of a render's input, a movie or pictures, and what follows from it where an option is not said. Pure.
 *
 * DI1 Frame n of the output shows frame n of the input, at its time. Where frames a second are asked for, it shows that of its time
 *     instead: some twice, or not at all.
 * DI2 A movie whose frames are not evenly spaced in time keeps the times that they have.
 */

import type { PictureSize } from "../../shared/video.ts";
import type { FrameRate } from "../encode/video/movie-encoder.ts";
import type { PlainIndex } from "../movies/frame-index.ts";
import { checkedRange, type FrameRange } from "./frame-range.ts";
import { parseFrameRate } from "./frame-rate.ts";

/** What was found out of it before the render began. */
export type DescribedInput = { readonly size: PictureSize } & (
  | {
      readonly kind: "movie";
      readonly path: string;
      /** When each frame is shown, from the beginning of the file. */
      readonly seconds: Float64Array;
      /** As the file says; 0 where it does not. */
      readonly rate: number;
      /** To the end of the last frame, from the beginning of the first. */
      readonly duration: number;
      readonly hasSound: boolean;
      readonly index: PlainIndex;
      readonly bytes: number;
      readonly changedMs: number;
    }
  | {
      readonly kind: "pictures";
      readonly paths: readonly string[];
      readonly bytes: readonly number[];
      readonly changedMs: readonly number[];
    }
);

/** How the frames of an input stand in time. */
export type InputTiming = {
  readonly fps: FrameRate;
  readonly frames: FrameRange;
  /** When each frame of the output is shown, in milliseconds from frame 0; null where that follows from `fps`. */
  readonly times: readonly number[] | null;
  /** Which frame of the input each frame of the output shows; null where it is the one of the same number. */
  readonly shown: readonly number[] | null;
};

/** Files give times in milliseconds at the coarsest. */
const SAME_TIME_SECONDS = 0.0015;
const USUAL_FPS = 30;
const [MIN_RATE, MAX_RATE] = [1, 240];

/** Throws `TypeError` where options ask for frames that are not there. */
export function timingOf(
  input: DescribedInput,
  { fps, frames }: { readonly fps: number | string | undefined; readonly frames: FrameRange | undefined },
): InputTiming {
  if (input.kind === "pictures") {
    const count = input.paths.length;
    // One picture stands still as long as it is asked to.
    const range = count === 1 && frames !== undefined ? checkedRange(frames) : rangeOf(count, frames);
    const shown = count === 1 ? Array.from({ length: range.last + 1 }, () => 0) : null;
    return { fps: parseFrameRate(fps ?? USUAL_FPS), frames: range, times: null, shown };
  }
  if (fps !== undefined) return retimed(input, parseFrameRate(fps), frames);
  const range = rangeOf(input.seconds.length, frames);
  const even = evenRateOf(input);
  if (even !== null) return { fps: even, frames: range, times: null, shown: null };
  const first = input.seconds[0] ?? 0;
  const times = Array.from(input.seconds, (seconds) => (seconds - first) * 1000);
  return { fps: nearRateOf(meanRateOf(input)), frames: range, times, shown: null };
}

function rangeOf(count: number, frames: FrameRange | undefined): FrameRange {
  const range = checkedRange(frames ?? { first: 0, last: count - 1 });
  if (range.last < count) return range;
  throw new TypeError(`options.frames must end at ${count - 1} at most, as the input has ${count} frames.`);
}

/** DI1 */
function retimed(
  { seconds, duration }: Extract<DescribedInput, { readonly kind: "movie" }>,
  fps: FrameRate,
  frames: FrameRange | undefined,
): InputTiming {
  const first = seconds[0] ?? 0;
  const count = Math.max(1, Math.ceil((duration * fps.num) / fps.den - 1e-6));
  const range = rangeOf(count, frames);
  let at = 0;
  const shown = Array.from({ length: range.last + 1 }, (_, frame) => {
    const time = first + (frame * fps.den) / fps.num + SAME_TIME_SECONDS;
    while (at + 1 < seconds.length && (seconds[at + 1] ?? 0) <= time) at += 1;
    return at;
  });
  return { fps, frames: range, times: null, shown };
}

/** The rate by which all frames have their times; null where there is none. DI2 */
function evenRateOf(input: Extract<DescribedInput, { readonly kind: "movie" }>): FrameRate | null {
  const { seconds, rate } = input;
  const first = seconds[0] ?? 0;
  for (const candidate of [rate, meanRateOf(input)]) {
    if (!(candidate >= MIN_RATE && candidate <= MAX_RATE)) continue;
    const fps = nearRateOf(candidate);
    const isOf = (time: number, frame: number): boolean =>
      Math.abs(time - first - (frame * fps.den) / fps.num) <= SAME_TIME_SECONDS;
    if (seconds.every(isOf)) return fps;
  }
  return null;
}

function meanRateOf({ seconds, rate }: Extract<DescribedInput, { readonly kind: "movie" }>): number {
  const span = (seconds.at(-1) ?? 0) - (seconds[0] ?? 0);
  return span > 0 ? (seconds.length - 1) / span : rate || USUAL_FPS;
}

/** One that movies have, within what is allowed. */
function nearRateOf(rate: number): FrameRate {
  const within = Math.min(MAX_RATE, Math.max(MIN_RATE, rate));
  const whole = Math.round(within);
  return parseFrameRate(Math.abs(within - whole) < 0.003 ? whole : within.toFixed(3));
}

/** The size of the output, where it is not said. */
export function sizeOfInput({ size }: DescribedInput, isEven: boolean): PictureSize {
  const side = (length: number): number => Math.max(16, isEven ? length - (length % 2) : length);
  return { width: side(size.width), height: side(size.height) };
}

/** When a frame of the output begins in the file of a movie, and whether the sound before and after its pictures is part of it. */
export function soundOf(
  { seconds }: Extract<DescribedInput, { readonly kind: "movie" }>,
  { fps, frames, shown, times }: InputTiming,
): { readonly fromSeconds: number; readonly hasStart: boolean; readonly hasEnd: boolean } {
  const first = seconds[0] ?? 0;
  const since = times === null ? (frames.first * fps.den) / fps.num : (times[frames.first] ?? 0) / 1000;
  const lastShown = shown === null ? frames.last : (shown[frames.last] ?? 0);
  return { fromSeconds: first + since, hasStart: frames.first === 0, hasEnd: lastShown === seconds.length - 1 };
}

/** What must be as it was for pieces of an earlier run to be of use. */
export function marksOf(input: DescribedInput): unknown {
  if (input.kind === "movie") return [input.path, input.bytes, input.changedMs];
  return [input.paths, input.bytes, input.changedMs];
}
