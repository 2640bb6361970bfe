/**
 * Owns how large a scene is drawn while it moves where a program on the CPU draws it: in steps, by how long drawing and
 * reading take. In the render thread. Pure: it is told the times.
 *
 * DS1 A step has 0.71 of the pixels of the one before: 1, 0.84, 0.71, 0.59 and 0.5 of each side.
 * DS2 What is held is a rate: 30 frames a second, or less where fewer are wished; with "fluid" all that are wished; with
 *     "sharp" none, and the size stays whole. A drawing may take most of the time between two frames, not all of it.
 * DS3 It goes down when the median of a few drawings takes too long, at once to the step that should do by its pixels.
 * DS4 It goes up one step, after a second in which the larger size would have done with room to spare.
 * DS5 A step up that was taken back soon is tried again later and later, so that it does not swing between two.
 * DS6 Where smaller drawings take hardly less time, as where it is not pixels that cost, it goes back and leaves it at that
 *     for a while, each time for longer.
 * DS7 A movement begins at the step at which the last one ended. What is drawn once while the scene rests, and answers
 *     nobody, is whole; the picture at rest is so in any case.
 */

import type { Preference } from "../../shared/signaling.ts";
import { medianOf } from "../platform/median.ts";

/** Of each side of the picture. */
export const drawnScales: readonly [number, ...number[]] = [1, 0.84, 0.71, 0.59, 0.5];
/** What drags should have at least. */
const MIN_FPS = 30;
/** So much of the time between two frames a drawing may take; to so much of it a step should bring it. */
const MAX_SHARE = 0.85;
const WANTED_SHARE = 0.72;
const DOWN_FRAMES = 4;
const UP_FRAMES = 8;
const CALM_MS = 1000;
/** A step up that is taken back before this was one too much. */
const TRIAL_MS = 3000;
const MAX_CALM_MS = 30_000;
/** A smaller drawing must take at most so much of the time of the larger. */
const MAX_VAIN = 0.93;
const VAIN_MS = 10_000;
const MAX_VAIN_MS = 120_000;
/** A pause that ends a movement. */
const REST_MS = 150;

/** What is fixed, or "auto" for these rules. */
export type RenderScale = number | "auto";

export type DrawnScaleOptions = {
  readonly scale: RenderScale;
  readonly maxFps: number;
  readonly preference: Preference;
};

export class DrawnScale {
  readonly #fixed: number | null;
  readonly #maxFps: number;
  #preference: Preference;
  #step = 0;
  /** Times at this step, newest last. */
  #times: number[] = [];
  #calmSince: number | null = null;
  #calmMs = CALM_MS;
  #wentUpAt = Number.NEGATIVE_INFINITY;
  /** What the last step down came from, until it is known whether it helped. */
  #before: { readonly step: number; readonly ms: number } | null = null;
  #vainMs = VAIN_MS;
  #vainUntil = Number.NEGATIVE_INFINITY;
  #endedAt = Number.NEGATIVE_INFINITY;

  constructor({ scale, maxFps, preference }: DrawnScaleOptions) {
    this.#fixed = scale === "auto" ? null : scale;
    this.#maxFps = maxFps;
    this.#preference = preference;
  }

  /** What those who steer prefer from now on. */
  setPreference(preference: Preference): void {
    if (this.#preference === preference) return;
    this.#preference = preference;
    this.#forget();
    this.#calmMs = CALM_MS;
    this.#vainUntil = Number.NEGATIVE_INFINITY;
    if (preference === "sharp") this.#step = 0;
  }

  /** The part of each side at which to draw a frame that begins now, in milliseconds of any clock. */
  next(atMs: number, isAnswer: boolean): number {
    const isAlone = !isAnswer && atMs - this.#endedAt > REST_MS;
    if (isAlone) return 1;
    return this.#fixed ?? this.#scaleOf(this.#step);
  }

  /** A frame was drawn at what `next` gave and read by now; both together took so long. */
  note(scale: number, tookMs: number, atMs: number): void {
    const afterRest = atMs - tookMs - this.#endedAt > REST_MS;
    this.#endedAt = atMs;
    if (this.#fixed !== null || this.#preference === "sharp" || scale !== this.#scaleOf(this.#step)) return;
    // Rest says nothing of how calm it would have been.
    if (afterRest) this.#forget();
    this.#times = [...this.#times, tookMs].slice(-UP_FRAMES);
    if (this.#goBack(atMs) || this.#goDown(atMs)) return;
    this.#goUp(atMs);
  }

  get #intervalMs(): number {
    return 1000 / (this.#preference === "fluid" ? this.#maxFps : Math.min(MIN_FPS, this.#maxFps));
  }

  /** DS6 */
  #goBack(atMs: number): boolean {
    if (this.#before === null || this.#times.length < DOWN_FRAMES) return false;
    const { step, ms } = this.#before;
    this.#before = null;
    const isVain = medianOf(this.#times) >= MAX_VAIN * ms;
    if (isVain) this.#vainUntil = atMs + this.#vainMs;
    this.#vainMs = isVain ? Math.min(MAX_VAIN_MS, this.#vainMs * 2) : VAIN_MS;
    if (!isVain) return false;
    this.#go(step);
    return true;
  }

  /** DS3 */
  #goDown(atMs: number): boolean {
    if (this.#times.length < DOWN_FRAMES || atMs < this.#vainUntil) return false;
    const ms = medianOf(this.#times.slice(-DOWN_FRAMES));
    if (ms <= MAX_SHARE * this.#intervalMs || this.#step === drawnScales.length - 1) return false;
    const fits = (_: number, step: number) =>
      step > this.#step && this.#predict(ms, step) <= WANTED_SHARE * this.#intervalMs;
    const found = drawnScales.findIndex(fits);
    const wasTrial = atMs - this.#wentUpAt < TRIAL_MS;
    this.#calmMs = wasTrial ? Math.min(MAX_CALM_MS, this.#calmMs * 2) : CALM_MS;
    const before = { step: this.#step, ms };
    this.#go(found === -1 ? drawnScales.length - 1 : found);
    this.#before = before;
    return true;
  }

  /** DS4 */
  #goUp(atMs: number): void {
    const isRoomy =
      this.#step > 0 &&
      this.#times.length === UP_FRAMES &&
      this.#predict(medianOf(this.#times), this.#step - 1) <= WANTED_SHARE * this.#intervalMs;
    this.#calmSince = isRoomy ? (this.#calmSince ?? atMs) : null;
    if (this.#calmSince === null || atMs - this.#calmSince < this.#calmMs) return;
    this.#wentUpAt = atMs;
    this.#go(this.#step - 1);
  }

  /** As if nothing but pixels cost. */
  #predict(ms: number, step: number): number {
    return ms * (this.#scaleOf(step) / this.#scaleOf(this.#step)) ** 2;
  }

  #go(step: number): void {
    this.#step = step;
    this.#forget();
  }

  #forget(): void {
    this.#times = [];
    this.#calmSince = null;
    this.#before = null;
  }

  #scaleOf(step: number): number {
    return drawnScales[step] ?? 1;
  }
}
