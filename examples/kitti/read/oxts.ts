/** Owns reading a record of the OXTS RT3003: one line of 30 values, of which the first 25 are measures and the others tell how good they are. */

import { FormatError, parseNumber, quoted } from "./format-error.ts";

/** In the order of dataformat.txt. Degrees, metres, radians, m/s, m/s² and rad/s. */
export const OXTS_FIELDS = [
  ...(["lat", "lon", "alt", "roll", "pitch", "yaw"] as const),
  ...(["vn", "ve", "vf", "vl", "vu"] as const),
  ...(["ax", "ay", "az", "af", "al", "au"] as const),
  ...(["wx", "wy", "wz", "wf", "wl", "wu"] as const),
  ...(["pos_accuracy", "vel_accuracy", "navstat", "numsats", "posmode", "velmode", "orimode"] as const),
] as const;

export type OxtsField = (typeof OXTS_FIELDS)[number];
export type OxtsRecord = Readonly<Record<OxtsField, number>>;

const RANGES: Partial<Record<OxtsField, number>> = { lat: 89, lon: 180, roll: 7, pitch: 7, yaw: 7 };

/** Throws FormatError. */
export function parseOxts(text: string, file: string): OxtsRecord {
  const lines = text.split(/\r?\n/);
  const last = lines.findLastIndex((line) => line.trim() !== "");
  if (last > 0) throw new FormatError(file, last + 1, "one line", "another one");
  const values = (lines[0] ?? "").trim().split(/\s+/).filter(Boolean);
  const count = OXTS_FIELDS.length;
  if (values.length !== count) throw new FormatError(file, 1, `${count} values`, String(values.length));
  const entries = OXTS_FIELDS.map((field, at) => {
    const value = parseNumber(values[at] ?? "", file, 1, `value ${at + 1}, ${field}`);
    const range = RANGES[field];
    if (range !== undefined && Math.abs(value) > range)
      throw new FormatError(file, 1, `${field} from ${-range} to ${range}`, quoted(values[at] ?? ""));
    return [field, value] as const;
  });
  return Object.fromEntries(entries) as OxtsRecord;
}
