/**
 * Owns what a stream gives up where the way carries less than the scene could use: bits first, then pixels and frames a
 * second. Pure; one for each encoder. It is told what the way carries and what the encoder needed, several times a second.
 *
 * QL1 The bit rate is `BITRATE_SHARE` of what the way carries, between the floor and the ceiling. It falls at once and
 *     rises by a quarter in a quarter of a second at most; changes of less than 3 % are left out, but that to the ceiling.
 * QL2 Sizes and frame rates are rungs of a ladder, each with fewer pixels a second than the one before, in an order that
 *     follows the preference: `fluid` keeps the frame rate longest, `sharp` the size.
 * QL3 It goes down only where the encoder fills its bit rate and has too few bits for a pixel: at once where it made half
 *     as much again as it may now, else after half a second; as far down as is needed, in one step. An encoder that makes
 *     far more than it may for four seconds cannot do with less: what it made for a pixel is needed for half a minute.
 * QL4 It goes up where the better rung has bits enough with some to spare, or where what the encoder made lets expect so,
 *     and only after that was so for two seconds; as far as it goes, in one step.
 * QL5 Who goes down within ten seconds after going up waits twice as long for the next time up, 32 s at most; after 30 s
 *     without that it is two seconds again.
 * QL6 No more pixels are sent than the screen shows, by steps: the smallest that covers it. A larger screen counts at once,
 *     a smaller one after a second.
 * QL7 What the bit rate's ceiling gives for a pixel is always enough: where the way is no limit nothing is given up.
 */

import type { Preference } from "../../shared/signaling.ts";
import type { PictureSize } from "../../shared/video.ts";
import type { EncodeTarget } from "../encode/encode-protocol.ts";

/** The rest is for packet headers and for packets that are sent again. */
const BITRATE_SHARE = 0.9;
const RISE_IN_250_MS = 1.25;
const LEAST_CHANGE = 0.03;

/** With fewer bits for a pixel, fewer pixels are the better picture. Chosen for x264's `ultrafast` and scenes in motion. */
const LEAST_BITS_PER_PIXEL = 0.05;
const CEILING_SHARE = 0.6;
const SPARE = 1.3;
/** An encoder that makes this part of what it may is held back by it. */
const FILLED = 0.8;
const FAR_OVER = 1.5;
/** What a better rung is expected to make of what this one made grows slower than the number of pixels. */
const GROWTH_BY_PIXELS = 0.8;
const EXPECTED_SHARE = 0.7;

const DOWN_AFTER_MS = 500;
const TOO_MUCH_FOR_MS = 4000;
const LEARNED_FOR_MS = 30_000;
const UP_AFTER_MS = 2000;
const MOST_UP_AFTER_MS = 32_000;
const TOO_SOON_MS = 10_000;
const FORGIVEN_MS = 30_000;
const SMALLER_AFTER_MS = 1000;

/** A picture that is so little smaller than the screen shows it looks the same. */
const COVERED = 0.95;

const FULL = Number.POSITIVE_INFINITY;
const steps = [1, 3 / 4, 1 / 2, 3 / 8, 1 / 4] as const;
/** A smaller picture shows nothing any more. */
const LEAST_SIDE = 96;

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

export type StreamLimits = {
  /** The size of the scene and the most frames that it draws in a second. */
  readonly size: PictureSize;
  readonly maxFps: number;
  readonly bitrateBps: number;
  readonly minBitrateBps: number;
};

export type LadderInput = {
  /** In milliseconds from any origin. */
  readonly at: number;
  /** What the frames may take (`allowedBitrate`). */
  readonly allowedBps: number;
  /** On what screen the picture is shown at most; null: not known. */
  readonly shown: PictureSize | null;
  readonly preference: Preference;
  /** What the encoder made of late; null where nothing moved. */
  readonly made: { readonly bitsPerSecond: number; readonly drawnFps: number } | null;
};

type Rung = { readonly size: PictureSize; readonly fps: number };

/** What a stream may take where the way carries `carriesBps`, or null for no limit, and the viewer wants `mostBps` at most. */
export function allowedBitrate(limits: StreamLimits, carriesBps: number | null, mostBps: number | null): number {
  const carried = carriesBps === null ? limits.bitrateBps : carriesBps * BITRATE_SHARE;
  return Math.round(Math.min(Math.max(carried, limits.minBitrateBps), limits.bitrateBps, mostBps ?? limits.bitrateBps));
}

/** What a way must carry for a stream of this bit rate. */
export function carriedFor(bitrateBps: number): number {
  return Math.round(bitrateBps / BITRATE_SHARE);
}

export class QualityLadder {
  readonly #limits: StreamLimits;
  readonly #leastBitsPerPixel: number;
  #target: EncodeTarget | null = null;
  #decidedAt = -Infinity;
  #bound: { step: number; smallerSince: number | null } = { step: 1, smallerSince: null };
  #shortSince: number | null = null;
  #learned = { bitsPerPixel: 0, at: -Infinity };
  #tooMuchSince: number | null = null;
  #spareSince: number | null = null;
  #upAfterMs = UP_AFTER_MS;
  #upAt = -Infinity;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
    const { width, height } = limits.size;
    const ofCeiling = limits.bitrateBps / (width * height * limits.maxFps);
    this.#leastBitsPerPixel = Math.min(LEAST_BITS_PER_PIXEL, CEILING_SHARE * ofCeiling);
  }

  /** What the encoder is to give from now on. The same object as before where nothing changed. */
  decide(input: LadderInput): EncodeTarget {
    const before = this.#target;
    this.#followScreen(input);
    const rungs = this.#rungs(input.preference);
    const bitrateBps = this.#bitrate(input);
    const here = positionIn(rungs, before);
    const there = this.#climb(rungs, here, bitrateBps, before?.bitrateBps ?? bitrateBps, input);
    this.#decidedAt = input.at;
    const rung = rungs[there] ?? { size: this.#limits.size, fps: this.#limits.maxFps };
    const target = { bitrateBps, size: rung.size, maxFps: rung.fps };
    if (before !== null && JSON.stringify(target) === JSON.stringify(before)) return before;
    this.#target = target;
    return target;
  }

  #bitrate({ allowedBps, at }: LadderInput): number {
    const before = this.#target?.bitrateBps;
    if (before === undefined) return allowedBps;
    const quarters = Math.min(4, (at - this.#decidedAt) / 250);
    const next = Math.round(Math.min(allowedBps, before * RISE_IN_250_MS ** quarters));
    const isSmall = Math.abs(next - before) < LEAST_CHANGE * before;
    return isSmall && next !== this.#limits.bitrateBps ? before : next;
  }

  #followScreen({ shown, at }: LadderInput): void {
    const { width, height } = this.#limits.size;
    const isCovered = (step: number) =>
      shown !== null && step * width >= COVERED * shown.width && step * height >= COVERED * shown.height;
    const step = this.#steps().findLast(isCovered) ?? 1;
    if (step >= this.#bound.step) {
      if (step > this.#bound.step) this.#spareSince = -Infinity;
      this.#bound = { step, smallerSince: null };
      return;
    }
    const smallerSince = this.#target === null ? -Infinity : (this.#bound.smallerSince ?? at);
    const isSure = at - smallerSince >= SMALLER_AFTER_MS;
    this.#bound = isSure ? { step, smallerSince: null } : { step: this.#bound.step, smallerSince };
  }

  #steps(): readonly number[] {
    const { width, height } = this.#limits.size;
    return steps.filter((step) => step === 1 || step * Math.min(width, height) >= LEAST_SIDE);
  }

  #rungs(preference: Preference): readonly Rung[] {
    const allowed = this.#steps();
    const least = allowed.at(-1) ?? 1;
    const rungs: Rung[] = [];
    for (const [wanted, fps] of ladders[preference]) {
      const step = Math.min(Math.max(wanted, least), this.#bound.step);
      const rung = { size: scaled(this.#limits.size, step), fps: Math.min(fps, this.#limits.maxFps) };
      const last = rungs.at(-1);
      if (last === undefined || pixelsPerSecond(rung) < pixelsPerSecond(last)) rungs.push(rung);
    }
    return rungs;
  }

  #climb(rungs: readonly Rung[], here: number, bitrateBps: number, bitrateBefore: number, input: LadderInput): number {
    const { made, at } = input;
    if (made === null) {
      this.#shortSince = null;
      this.#tooMuchSince = null;
      return here;
    }
    const learned = at - this.#learned.at < LEARNED_FOR_MS ? this.#learned.bitsPerPixel : 0;
    const least = Math.max(this.#leastBitsPerPixel, learned);
    const bitsPerPixel = (rung: Rung | undefined) =>
      rung === undefined ? 0 : bitrateBps / pixelsPerSecond(rung, made.drawnFps);
    const isFilled = made.bitsPerSecond >= FILLED * Math.min(bitrateBps, bitrateBefore);
    const isShort = isFilled && bitsPerPixel(rungs[here]) < least;
    this.#shortSince = isShort ? (this.#shortSince ?? at) : null;
    const expected = (rung: Rung) => {
      const ratio = pixelsPerSecond(rung, made.drawnFps) / pixelsPerSecond(rungs[here] ?? rung, made.drawnFps);
      return made.bitsPerSecond * ratio ** GROWTH_BY_PIXELS;
    };
    this.#tooMuchSince = made.bitsPerSecond >= FAR_OVER * bitrateBps ? (this.#tooMuchSince ?? at) : null;
    if (this.#tooMuchSince !== null && at - this.#tooMuchSince >= TOO_MUCH_FOR_MS) {
      this.#tooMuchSince = null;
      const needed = (made.bitsPerSecond / bitrateBps) * bitsPerPixel(rungs[here]);
      this.#learned = { bitsPerPixel: needed, at };
      return this.#goDown(rungs, here, (rung) => bitsPerPixel(rung) >= needed, at);
    }
    if (this.#shortSince !== null) {
      this.#spareSince = null;
      const isSure = made.bitsPerSecond >= FAR_OVER * bitrateBps || at - this.#shortSince >= DOWN_AFTER_MS;
      return isSure ? this.#goDown(rungs, here, (rung) => bitsPerPixel(rung) >= least, at) : here;
    }
    const hasSpare = (rung: Rung) =>
      bitsPerPixel(rung) >= least * SPARE || (!isFilled && expected(rung) <= EXPECTED_SHARE * bitrateBps);
    return this.#goUp(rungs.slice(0, here).findIndex(hasSpare), here, at);
  }

  #goDown(rungs: readonly Rung[], here: number, isEnough: (rung: Rung) => boolean, at: number): number {
    const found = rungs.findIndex((rung, position) => position > here && isEnough(rung));
    const there = found === -1 ? rungs.length - 1 : found;
    if (there === here) return here;
    if (at - this.#upAt < TOO_SOON_MS) this.#upAfterMs = Math.min(2 * this.#upAfterMs, MOST_UP_AFTER_MS);
    this.#shortSince = null;
    return there;
  }

  /** `there` is -1 where no better rung will do. */
  #goUp(there: number, here: number, at: number): number {
    if (at - this.#upAt > FORGIVEN_MS) this.#upAfterMs = UP_AFTER_MS;
    this.#spareSince = there === -1 ? null : (this.#spareSince ?? at);
    if (this.#spareSince === null || at - this.#spareSince < this.#upAfterMs) return here;
    this.#spareSince = null;
    this.#upAt = at;
    return there;
  }
}

/** Where the rung of `target` is, or the first with no more pixels where the ladder is another one by now. */
function positionIn(rungs: readonly Rung[], target: EncodeTarget | null): number {
  if (target === null) return 0;
  const pixels = pixelsPerSecond({ size: target.size, fps: target.maxFps });
  const found = rungs.findIndex((rung) => pixelsPerSecond(rung) <= pixels);
  return found === -1 ? rungs.length - 1 : found;
}

function pixelsPerSecond({ size, fps }: Rung, drawnFps: number = FULL): number {
  return size.width * size.height * Math.max(1, Math.min(fps, drawnFps));
}

function scaled({ width, height }: PictureSize, step: number): PictureSize {
  const even = (side: number) => Math.max(16, 2 * Math.round((side * step) / 2));
  return { width: even(width), height: even(height) };
}
