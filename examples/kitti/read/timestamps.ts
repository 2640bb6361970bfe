/**
 * Owns reading timestamps.txt: a line a frame, as "2011-09-26 13:02:25.964389445", in nanoseconds. An empty line is a frame that the
 * sensor did not deliver; numbers count on past it. Times may go back: those of OXTS do now and then in real drives.
 */

import { FormatError, quoted } from "./format-error.ts";

const LINE = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?$/;

/** Nanoseconds since 1970, by the clock of the recording, a frame each; null where one is missing. Throws FormatError. */
export function parseTimestamps(text: string, file: string): (bigint | null)[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line, at) => (line.trim() === "" ? null : parseTimestamp(line.trim(), file, at + 1)));
}

function parseTimestamp(text: string, file: string, line: number): bigint {
  const [, year, month, day, hour, minute, second, fraction = ""] = LINE.exec(text) ?? [];
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // The 30th of February is taken for the 2nd of March by some.
  const isThere = !Number.isNaN(milliseconds) && new Date(milliseconds).getUTCDate() === Number(day);
  if (!isThere)
    throw new FormatError(file, line, 'a time as "2011-09-26 13:02:25.964389445", or an empty line', quoted(text));
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

/** Seconds from `origin` on, exact to parts of a nanosecond; a number of seconds since 1970 would be exact to 200 of them. */
export function secondsSince(origin: bigint, time: bigint): number {
  const nanoseconds = time - origin;
  return Number(nanoseconds / 1_000_000_000n) + Number(nanoseconds % 1_000_000_000n) / 1e9;
}
