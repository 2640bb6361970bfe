/** Owns the options about the data that programs give a scene. */

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { dataNameRule, isDataName, MAX_DATA_BYTES, MAX_DATA_NAMES } from "../../shared/data.ts";
import { fieldsOf, wholeNumber } from "../platform/option-checks.ts";

/** The data of rooms: named arrays, JSON and bytes that programs give the scene. */
export type DataOptions = {
  /**
   * How much data a room may hold, in bytes, 65 536 to 2^40: all its values together, and the one that is being sent. It lies in shared
   * memory, or on the disk where there is no room for it. Default 2^30, 1 GiB.
   */
  readonly maxBytes?: number;
  /**
   * Files with the values that the scene begins with, by name, at most 64: numpy's `.npy`, Apache Arrow's `.arrow` and `.feather`, `.json`,
   * and any other for the raw bytes of what the scene declares. With `watch` they are read again when they change. Default none.
   */
  readonly files?: Readonly<Record<string, string>>;
};

export type ResolvedData = {
  readonly maxBytes: number;
  /** The paths of the files by name. */
  readonly files: ReadonlyMap<string, string>;
};

/** Throws `TypeError` naming the option and its rule. */
export function resolveData(value: unknown): ResolvedData {
  const fields = fieldsOf("options.data", value, ["maxBytes", "files"]);
  const maxBytes = wholeNumber("options.data.maxBytes", fields["maxBytes"] ?? MAX_DATA_BYTES, 65_536, 2 ** 40);
  return { maxBytes, files: filesOf(fields["files"] ?? {}) };
}

function filesOf(value: unknown): ReadonlyMap<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError("options.data.files must be an object of paths.");
  }
  const entries = Object.entries(value);
  if (entries.length > MAX_DATA_NAMES)
    throw new TypeError(`options.data.files must be at most ${MAX_DATA_NAMES} files.`);
  return new Map(entries.map(([name, path]) => [nameOf(name), pathOf(name, path)]));
}

function nameOf(name: string): string {
  if (isDataName(name)) return name;
  throw new TypeError(`Each name in options.data.files must be ${dataNameRule}, not ${JSON.stringify(name)}.`);
}

function pathOf(name: string, path: unknown): string {
  if (typeof path === "string" && statSync(path, { throwIfNoEntry: false })?.isFile() === true) return resolve(path);
  throw new TypeError(`options.data.files.${name} must be the path of a file that is there.`);
}
