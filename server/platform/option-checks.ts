/** Owns the checks that options share. Each throws `TypeError` that names the option and its rule. */

import type { PictureSize } from "../../shared/video.ts";

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(name: string, value: unknown, known: readonly string[]): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${name} must be an object.`);
  }
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) throw new TypeError(`${name}.${key} is unknown. There are ${known.join(", ")}.`);
  }
  return value as Fields;
}

export function wholeNumber(name: string, value: unknown, min: number, max: number): number {
  if (!isNumber(value, min, max) || !Number.isInteger(value)) {
    throw new TypeError(`${name} must be a whole number from ${min} to ${max}.`);
  }
  return value;
}

export function number(name: string, value: unknown, min: number, max: number): number {
  if (!isNumber(value, min, max)) throw new TypeError(`${name} must be a number from ${min} to ${max}.`);
  return value;
}

export function isNumber(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && value >= min && value <= max;
}

/** The size of a picture in pixels, as encoders take it. */
export function pictureSize(name: string, value: unknown): PictureSize {
  const { width, height } = fieldsOf(name, value, ["width", "height"]);
  return { width: evenSide(`${name}.width`, width), height: evenSide(`${name}.height`, height) };
}

function evenSide(name: string, value: unknown): number {
  if (isNumber(value, 16, 8192) && value % 2 === 0) return value;
  throw new TypeError(`${name} must be an even number from 16 to 8192.`);
}

export function boolean(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw new TypeError(`${name} must be true or false.`);
  return value;
}

export function oneOf<Value extends string>(name: string, value: unknown, values: readonly Value[]): Value {
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) throw new TypeError(`${name} must be one of ${values.join(", ")}.`);
  return found;
}

/** Text for which `fits` holds; `rule` ends the sentence "… must be". */
export function text(name: string, value: unknown, rule: string, fits: (text: string) => boolean): string {
  if (typeof value !== "string" || !fits(value)) throw new TypeError(`${name} must be ${rule}.`);
  return value;
}

/** The same, or null where nothing is given. */
export function optionalText(
  name: string,
  value: unknown,
  rule: string,
  fits: (text: string) => boolean,
): string | null {
  return value === undefined || value === null ? null : text(name, value, rule, fits);
}

/** Whether a file or a folder can be named so. */
export function isPath(text: string): boolean {
  return text !== "" && !text.includes("\0");
}

/** A list, at most `max` long, each item of which `fits`; `rule` ends the sentence "Each of … must be". */
export function texts(
  name: string,
  value: unknown,
  { max, rule, fits }: { readonly max: number; readonly rule: string; readonly fits: (text: string) => boolean },
): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > max) throw new TypeError(`${name} must be a list of at most ${max}.`);
  const bad = value.find((item) => typeof item !== "string" || !fits(item));
  if (bad !== undefined) throw new TypeError(`Each of ${name} must be ${rule}, not ${JSON.stringify(bad)}.`);
  return value.map(String);
}
