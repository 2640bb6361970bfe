/** Owns how a frame rate is read: exact, as movies want it. Pure. */

import type { FrameRate } from "../encode/video/movie-encoder.ts";

const MAX_FPS = 240;

/** A number, of which 23.976, 29.97, 59.94 and 119.88 mean the rates of television, or a fraction like 30000/1001. Throws `TypeError`. */
export function parseFrameRate(value: number | string): FrameRate {
  const [, numerator, denominator = "1"] = /^(\d+(?:\.\d+)?)(?:\/(\d+))?$/.exec(String(value)) ?? [];
  const [num, den] = [Number(numerator), Number(denominator)];
  const isFit = num / den >= 1 && num / den <= MAX_FPS && den <= 10_000 && num <= 1_000_000;
  if (numerator === undefined || !isFit || (den !== 1 && !Number.isInteger(num))) {
    throw new TypeError(`options.fps must be a number from 1 to ${MAX_FPS}, or a fraction like 30000/1001.`);
  }
  if (Number.isInteger(num)) return { num, den };
  const whole = Math.ceil(num);
  if (Math.abs((whole * 1000) / 1001 - num) < 0.005) return { num: whole * 1000, den: 1001 };
  return { num: Math.round(num * 1000), den: 1000 };
}

/** When a frame is shown, in milliseconds from frame 0. */
export function msOfFrame(frame: number, { num, den }: FrameRate): number {
  return (frame * 1000 * den) / num;
}
