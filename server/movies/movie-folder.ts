/**
 * Owns the folder of movies: which files in it there are, and that nothing else is ever opened. In the main process.
 *
 * MF1 A path leads to a plain file below the folder, once all links are followed: no link leads out of it, no pipe and no device is
 *     opened, and what begins with a dot is not there.
 */

import { createHash } from "node:crypto";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { packageVersion } from "../platform/package-file.ts";
import type { MovieFile } from "./movie-pool.ts";

const endings = [
  ...[".mp4", ".m4v", ".mov", ".qt", ".mkv", ".webm", ".avi", ".ts", ".m2ts", ".mts", ".mpg", ".mpeg", ".m2v", ".vob"],
  ...[".flv", ".mxf", ".ogv", ".wmv", ".asf", ".3gp", ".nut", ".ivf", ".dv", ".h264", ".264", ".hevc", ".265", ".obu"],
  ...[".y4m", ".gif"],
];
const MAX_NAME_BYTES = 255;
const MAX_DEPTH = 16;
/** So many movies are told of at most, and so many entries of folders are looked at. */
const MAX_LISTED = 1000;
const MAX_LOOKED_AT = 20_000;

/** A movie of the folder. */
export type FoundMovie = MovieFile & {
  /** Below the folder, with slashes. */
  readonly name: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
  /** Another one when the file is, or when this program is. */
  readonly version: string;
};

export type MovieList = {
  readonly movies: readonly Pick<FoundMovie, "name" | "bytes" | "modifiedAt">[];
  /** Whether there are more. */
  readonly isCut: boolean;
};

export class MovieFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The movie of a path, by the names on it; null where there is none. MF1 */
  async find(names: readonly string[]): Promise<FoundMovie | null> {
    if (!arePlainNames(names) || !isMovieName(names.at(-1) ?? "")) return null;
    try {
      const root = await realpath(this.#path);
      const path = await realpath(join(root, ...names));
      if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) return null;
      const info = await stat(path, { bigint: true });
      if (!info.isFile()) return null;
      const { dev, ino, size, mtimeNs, mtime } = info;
      const key = `${dev}:${ino}:${size}:${mtimeNs}`;
      const version = createHash("sha256").update(`${packageVersion()} ${key}`).digest("base64url").slice(0, 16);
      return { key, path, name: names.join("/"), bytes: Number(size), modifiedAt: mtime, version };
    } catch {
      return null;
    }
  }

  /** The movies in the folder and in those below it, by name. Links are not followed. */
  async list(): Promise<MovieList> {
    const movies: { name: string; bytes: number; modifiedAt: Date }[] = [];
    const folders = [""];
    let looked = 0;
    for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
      const entries = await readdir(join(this.#path, folder), { withFileTypes: true }).catch(() => []);
      entries.sort((one, other) => (one.name < other.name ? -1 : 1));
      for (const entry of entries) {
        looked += 1;
        if (movies.length >= MAX_LISTED || looked > MAX_LOOKED_AT) return { movies, isCut: true };
        if (!isPlainName(entry.name)) continue;
        const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory() && name.split("/").length < MAX_DEPTH) folders.push(name);
        if (!entry.isFile() || !isMovieName(entry.name)) continue;
        const info = await lstat(join(this.#path, name)).catch(() => null);
        if (info?.isFile() === true) movies.push({ name, bytes: info.size, modifiedAt: info.mtime });
      }
    }
    return { movies, isCut: false };
  }
}

/** Whether a file of this name may be a movie. */
export function isMovieName(name: string): boolean {
  return endings.includes(extname(name).toLowerCase());
}

export function arePlainNames(names: readonly string[]): boolean {
  return names.length > 0 && names.length <= MAX_DEPTH && names.every(isPlainName);
}

/** Whether it is the name of one file or folder, and of none that is hidden. */
function isPlainName(name: string): boolean {
  const isOne = name !== "" && !name.startsWith(".") && !/[/\\\0]/.test(name);
  return isOne && name.isWellFormed() && Buffer.byteLength(name) <= MAX_NAME_BYTES;
}
