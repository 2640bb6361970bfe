/** Owns the flags of the command line about the data of scenes, and what they mean as options. Pure. */

import { dataNameRule, isDataName } from "../../shared/data.ts";
import type { DataOptions } from "../options/data-options.ts";
import { amountOf, type FlagValues, given, type OptionNames } from "./flag-values.ts";

export const dataFlags = {
  data: { type: "string", multiple: true },
  "max-data": { type: "string" },
} as const;

export const dataHelp = `  --data <name=file>    data that the scene begins with: a .npy, .arrow or .json file, or the raw bytes of what it
                        declares; give it once for each. With --watch it is read again when it changes
  --max-data <bytes>    1073741824; a room holds at most this much data, 64k to 1000G`;

/** The name on the command line of each of these options. */
export const dataOptionNames: OptionNames = [
  ["options.data.maxBytes", "--max-data"],
  ["options.data.files", "--data"],
];

/** Throws `TypeError` with a line for people. */
export function readDataFlags(values: FlagValues<typeof dataFlags>): { readonly data: DataOptions } {
  const max = values["max-data"];
  const files = values.data === undefined ? undefined : Object.fromEntries(values.data.map(readOne));
  return { data: given({ files, maxBytes: max === undefined ? undefined : amountOf(max, "--max-data") }) };
}

function readOne(argument: string): readonly [name: string, path: string] {
  const at = argument.indexOf("=");
  if (at < 0) throw new TypeError(`--data must be written like points=points.npy, not ${argument}.`);
  const [name, path] = [argument.slice(0, at), argument.slice(at + 1)];
  if (isDataName(name)) return [name, path];
  throw new TypeError(`The name in --data ${argument} must be ${dataNameRule}.`);
}
