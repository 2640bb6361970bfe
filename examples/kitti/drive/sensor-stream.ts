/** Owns what a sensor of a drive recorded and when: its frames by their numbers, each at its own time. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseTimestamps, secondsSince } from "../read/timestamps.ts";

export type SensorFrame = {
  /** Counts from 0, also over frames that are missing. */
  readonly number: number;
  /** Seconds since the drive began. */
  readonly time: number;
  /** Null where the sensor has a time for it but no file is there. */
  readonly file: string | null;
};

/** Frames in the order of their times; those without a time are left out. */
export type SensorStream = {
  readonly name: string;
  readonly frames: readonly SensorFrame[];
  /** How many numbers there are, with those that are missing. */
  readonly count: number;
  /** From one frame to the next in seconds, as a rule; 0 where there is but one. */
  readonly period: number;
};

/** A frame that is older than so many periods is not what the sensor saw: one after it is missing. */
const MAX_AGE = 1.6;

/** What is read of a folder before it is known when the drive began. */
export type RecordedStream = {
  readonly name: string;
  readonly times: readonly (bigint | null)[];
  readonly files: ReadonlyMap<number, string>;
};

/** Null where there is no such folder, or nothing in it. Throws FormatError for times that are none. */
export async function readStream(
  drive: string,
  name: string,
  endings: readonly string[],
): Promise<RecordedStream | null> {
  const folder = join(drive, name);
  const text = await textOf(join(folder, "timestamps.txt"));
  if (text === null) return null;
  const times = parseTimestamps(text, `${name}/timestamps.txt`);
  const names = await readdir(join(folder, "data")).catch(() => []);
  const files = new Map<number, string>();
  for (const file of names) {
    const [, number, ending = ""] = /^(\d{1,10})\.(\w+)$/.exec(file) ?? [];
    if (number !== undefined && endings.includes(ending)) files.set(Number(number), join(folder, "data", file));
  }
  return times.some((time) => time !== null) && files.size > 0 ? { name, times, files } : null;
}

/** With times in seconds since `origin`. */
export function streamOf({ name, times, files }: RecordedStream, origin: bigint): SensorStream {
  const frames = times.flatMap((time, number): SensorFrame[] =>
    time === null ? [] : [{ number, time: secondsSince(origin, time), file: files.get(number) ?? null }],
  );
  frames.sort((a, b) => a.time - b.time);
  const gaps = frames.slice(1).map(({ time }, at) => time - (frames[at]?.time ?? time));
  const period = gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? 0;
  return { name, frames, count: times.length, period };
}

/** Whether a frame is not there, or so old at a moment that one after it must be missing. */
export function isMissingAt({ period }: SensorStream, { time, file }: SensorFrame, seconds: number): boolean {
  return file === null || (period > 0 && seconds - time > period * MAX_AGE);
}

/** The frame that is newest at a time, as a place in `frames`; 0 before the first. */
export function placeAt({ frames }: SensorStream, seconds: number): number {
  let [low, high] = [0, frames.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((frames[middle]?.time ?? Infinity) <= seconds) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The text of a file; null where there is none. */
export async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
