/**
 * Owns what a stream gives up where the way carries less than the scene could use: bits first, then pixels and frames a
 * second. Pure; one for each encoder. It is told what the way carries and what the encoder needed, several times a second.
 *
 * QL1 The bit rate is `BITRATE_SHARE` of what the way carries, between the floor and the ceiling. It falls at once and
 *     rises by a quarter in a quarter of a second at most, by three fifths below half of the ceiling; changes of less
 *     than 3 % are left out, but that to the ceiling.
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
 *     a smaller one after a second. A scene at rest follows a larger one too, where there are bits enough for it.
 * QL7 What the bit rate's ceiling gives for a pixel is always enough: where the way is no limit nothing is given up.
 * QL8 It begins with 2.5 Mbit/s at most where nothing is known of the way, and rises as in QL1 while nothing speaks against it.
 * QL9 Where the scene gets another size, a stream keeps its bit rate and its rung.
 * QL10 A rung has no more pixels a second than the slowest page can take. It goes down for that at once.
 */

import type { Preference } from "../../../shared/signaling.ts";
import type { PictureSize } from "../../../shared/video.ts";
import { type EncodeTarget, isSameTarget } from "../../encode/video/encode-protocol.ts";
import { pixelsPerSecond, positionIn, type Rung, rungsOf, stepsOf } from "./quality-rungs.ts";

/** The rest is for packet headers and for packets that are sent again. */
const BITRATE_SHARE = 0.9;
const RISE_IN_250_MS = 1.25;
/** Below half of the ceiling, where a larger part is soon gained and little is at stake. */
const LOW_RISE_IN_250_MS = 1.6;
const MIN_CHANGE = 0.03;
const FIRST_BPS = 2_500_000;

/**
 * With fewer bits for a pixel, fewer pixels are the better picture: by SSIM, for x264's `ultrafast` and scenes of surfaces,
 * lines and points that are turned, at 30 and 60 frames a second. They take turns between 0.06 and 0.13.
 */
const MIN_BITS_PER_PIXEL = 0.08;
const CEILING_SHARE = 0.6;
const SPARE = 1.2;
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
const MAX_UP_AFTER_MS = 32_000;
const TOO_SOON_MS = 10_000;
const FORGIVEN_MS = 30_000;
const SMALLER_AFTER_MS = 1000;

/** A picture that is so little smaller than the screen shows it looks the same. */
const COVERED = 0.95;

export type StreamLimits = {
  /** The size of the scene and the most frames that it draws in a second. */
  readonly size: PictureSize;
  /** The same where the scene has had another size. */
  readonly of?: PictureSize;
  readonly maxFps: number;
  readonly bitrateBps: number;
  readonly minBitrateBps: number;
};

export type LadderInput = {
  /** In milliseconds from any origin. */
  readonly at: number;
  /** What the frames may take (`allowedBitrate`). */
  readonly allowedBps: number;
  /** Whether anything was measured of the way. */
  readonly isKnown: boolean;
  /** The part of all pixels a second that the slowest page can take, 0 to 1. */
  readonly pageShare: number;
  /** On what screen the picture is shown at most; null: not known. */
  readonly shown: PictureSize | null;
  readonly preference: Preference;
  /** What the encoder made of late; null where nothing moved. */
  readonly made: { readonly bitsPerSecond: number; readonly drawnFps: number } | null;
};

type Made = NonNullable<LadderInput["made"]>;
/** Of now and of the last decision. */
type Bitrates = { readonly bitrateBps: number; readonly bitrateBefore: number };

/** What a stream may take where the way carries `carriesBps`, or null for no limit, and the viewer wants `maxBps` at most. */
export function allowedBitrate(limits: StreamLimits, carriesBps: number | null, maxBps: number | null): number {
  const carried = carriesBps === null ? limits.bitrateBps : carriesBps * BITRATE_SHARE;
  return Math.round(Math.min(Math.max(carried, limits.minBitrateBps), limits.bitrateBps, maxBps ?? limits.bitrateBps));
}

/** What a way must carry for a stream of this bit rate. */
export function carriedFor(bitrateBps: number): number {
  return Math.round(bitrateBps / BITRATE_SHARE);
}

export class QualityLadder {
  #limits: StreamLimits;
  #minBitsPerPixel: number;
  #target: EncodeTarget | null = null;
  #preference: Preference = "auto";
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
    this.#minBitsPerPixel = minBitsPerPixel(limits);
  }

  /** The scene has another size (QL9). */
  resize(size: PictureSize): void {
    const rungs = () => rungsOf(this.#limits, this.#preference, this.#bound.step);
    const here = positionIn(rungs(), this.#target);
    this.#limits = { ...this.#limits, size, of: size };
    this.#minBitsPerPixel = minBitsPerPixel(this.#limits);
    if (this.#target === null) return;
    const there = rungs()[Math.min(here, rungs().length - 1)]?.size ?? size;
    this.#target = { ...this.#target, size: there, of: size };
  }

  /** What the encoder is to give from now on. The same object as before where nothing changed. */
  decide(input: LadderInput): EncodeTarget {
    const before = this.#target;
    this.#preference = input.preference;
    const wasBest = positionIn(rungsOf(this.#limits, input.preference, this.#bound.step), before) === 0;
    this.#followScreen(input);
    const rungs = rungsOf(this.#limits, input.preference, this.#bound.step);
    const bitrateBps = this.#bitrate(input);
    const here = positionIn(rungs, before);
    const there =
      input.made === null
        ? this.#rest(rungs, here, bitrateBps, wasBest)
        : this.#move(rungs, here, { bitrateBps, bitrateBefore: before?.bitrateBps ?? bitrateBps }, input);
    this.#decidedAt = input.at;
    const rung = rungs[there] ?? { size: this.#limits.size, fps: this.#limits.maxFps };
    const { of } = this.#limits;
    const target = { bitrateBps, size: rung.size, ...(of === undefined ? {} : { of }), maxFps: rung.fps };
    if (before !== null && isSameTarget(target, before)) return before;
    this.#target = target;
    return target;
  }

  #bitrate({ allowedBps, isKnown, at }: LadderInput): number {
    const before = this.#target?.bitrateBps;
    if (before === undefined) return isKnown ? allowedBps : Math.min(allowedBps, FIRST_BPS);
    const quarters = Math.min(4, (at - this.#decidedAt) / 250);
    const rise = before < this.#limits.bitrateBps / 2 ? LOW_RISE_IN_250_MS : RISE_IN_250_MS;
    const next = Math.round(Math.min(allowedBps, before * rise ** quarters));
    const isSmall = Math.abs(next - before) < MIN_CHANGE * before;
    return isSmall && next !== this.#limits.bitrateBps ? before : next;
  }

  #followScreen({ shown, at }: LadderInput): void {
    const { width, height } = this.#limits.size;
    const isCovered = (step: number) =>
      shown !== null && step * width >= COVERED * shown.width && step * height >= COVERED * shown.height;
    const step = stepsOf(this.#limits.size).findLast(isCovered) ?? 1;
    if (step >= this.#bound.step) {
      if (step > this.#bound.step) this.#spareSince = -Infinity;
      this.#bound = { step, smallerSince: null };
      return;
    }
    const smallerSince = this.#target === null ? -Infinity : (this.#bound.smallerSince ?? at);
    const isSure = at - smallerSince >= SMALLER_AFTER_MS;
    this.#bound = isSure ? { step, smallerSince: null } : { step: this.#bound.step, smallerSince };
  }

  /** Nothing moves: only a larger screen changes anything (QL6), and not where the way was what held it down. */
  #rest(rungs: readonly Rung[], here: number, bitrateBps: number, wasBest: boolean): number {
    this.#shortSince = null;
    this.#tooMuchSince = null;
    if (!wasBest) return here;
    const hasEnough = (rung: Rung) => bitrateBps / pixelsPerSecond(rung, this.#limits.maxFps) >= this.#minBitsPerPixel;
    const found = rungs.slice(0, here).findIndex(hasEnough);
    return found === -1 ? here : found;
  }

  /** QL10, then what the bits allow. */
  #move(rungs: readonly Rung[], here: number, bitrates: Bitrates, { made, at, pageShare }: LadderInput): number {
    if (made === null) return here;
    const { size, maxFps: fps } = this.#limits;
    const mostPixels = pageShare * pixelsPerSecond({ size, fps }, made.drawnFps);
    const canTake = (rung: Rung | undefined) =>
      pageShare === 1 || (rung !== undefined && pixelsPerSecond(rung, made.drawnFps) <= mostPixels);
    if (!canTake(rungs[here])) return this.#goDown(rungs, here, canTake, at);
    // Those above that are too much for the page are not there for what the bits allow.
    const above = rungs.findIndex(canTake);
    return above + this.#climb(rungs.slice(above), here - above, bitrates, made, at);
  }

  #climb(
    rungs: readonly Rung[],
    here: number,
    { bitrateBps, bitrateBefore }: Bitrates,
    made: Made,
    at: number,
  ): number {
    const learned = at - this.#learned.at < LEARNED_FOR_MS ? this.#learned.bitsPerPixel : 0;
    const minimum = Math.max(this.#minBitsPerPixel, learned);
    const bitsPerPixel = (rung: Rung | undefined) =>
      rung === undefined ? 0 : bitrateBps / pixelsPerSecond(rung, made.drawnFps);
    const isFilled = made.bitsPerSecond >= FILLED * Math.min(bitrateBps, bitrateBefore);
    const isShort = isFilled && bitsPerPixel(rungs[here]) < minimum;
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
      return isSure ? this.#goDown(rungs, here, (rung) => bitsPerPixel(rung) >= minimum, at) : here;
    }
    const hasSpare = (rung: Rung) =>
      bitsPerPixel(rung) >= minimum * SPARE || (!isFilled && expected(rung) <= EXPECTED_SHARE * bitrateBps);
    return this.#goUp(rungs.slice(0, here).findIndex(hasSpare), here, at);
  }

  #goDown(rungs: readonly Rung[], here: number, isEnough: (rung: Rung) => boolean, at: number): number {
    const found = rungs.findIndex((rung, position) => position > here && isEnough(rung));
    const there = found === -1 ? rungs.length - 1 : found;
    if (there === here) return here;
    if (at - this.#upAt < TOO_SOON_MS) this.#upAfterMs = Math.min(2 * this.#upAfterMs, MAX_UP_AFTER_MS);
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

function minBitsPerPixel({ size: { width, height }, bitrateBps, maxFps }: StreamLimits): number {
  return Math.min(MIN_BITS_PER_PIXEL, (CEILING_SHARE * bitrateBps) / (width * height * maxFps));
}
