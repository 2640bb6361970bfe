/** Owns the options about the folder of movies whose frames are given. */

import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { fieldsOf, wholeNumber } from "../platform/option-checks.ts";
import { cacheFolder } from "../platform/state-folder.ts";

/** A folder of movies, of which every frame is given by HTTP. */
export type MovieOptions = {
  /** The folder, whose movies all who may watch may see. Default none: there are no movies. */
  readonly folder?: string;
  /** How many processes decode at most, 1 to 64. Default: as many as there are cores, 8 at most. */
  readonly maxDecoders?: number;
  /** How many bytes of frames are held in memory, 0 to 2^36. Default 2^26, 64 MiB. */
  readonly maxMemoryBytes?: number;
  /** How many bytes of frames are held on the disk, in the user's folder for what can be made again, 0 to 2^42. Default 2^29, 512 MiB. */
  readonly maxDiskBytes?: number;
  /** How long opening a movie or decoding a frame may take, in milliseconds, 100 to 3 600 000. Default 30 000. */
  readonly maxDecodeMs?: number;
};

/** Null where there is no folder. */
export type ResolvedMovies = (Required<MovieOptions> & { readonly cacheFolder: string | null }) | null;

/** Throws `TypeError` naming the option and its rule. */
export function resolveMovies(value: unknown): ResolvedMovies {
  const name = "options.movies";
  const known = ["folder", "maxDecoders", "maxMemoryBytes", "maxDiskBytes", "maxDecodeMs"];
  const fields = fieldsOf(name, value, known);
  const number = (field: string, byDefault: number, min: number, max: number): number =>
    wholeNumber(`${name}.${field}`, fields[field] ?? byDefault, min, max);
  const resolved = {
    maxDecoders: number("maxDecoders", Math.min(8, availableParallelism()), 1, 64),
    maxMemoryBytes: number("maxMemoryBytes", 2 ** 26, 0, 2 ** 36),
    maxDiskBytes: number("maxDiskBytes", 2 ** 29, 0, 2 ** 42),
    maxDecodeMs: number("maxDecodeMs", 30_000, 100, 3_600_000),
  };
  const { folder } = fields;
  if (folder === undefined || folder === null) return null;
  const own = cacheFolder();
  const kept = own === null || resolved.maxDiskBytes === 0 ? null : join(own, "movies");
  return { folder: folderOf(`${name}.folder`, folder), ...resolved, cacheFolder: kept };
}

function folderOf(name: string, path: unknown): string {
  const isThere =
    typeof path === "string" &&
    !path.includes("\0") &&
    statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isThere) return resolve(path);
  throw new TypeError(`${name} must be the path of a folder that is there.`);
}
