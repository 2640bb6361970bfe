/** Owns finding out what a render's input is: a movie, a picture, or a folder of pictures. In the process of a piece. */

import { readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { StreamError } from "../../shared/errors.ts";
import { hasSound } from "../encode/mux/join-movies.ts";
import { isPictureName, pictureSizeOf } from "../encode/pictures/picture-file.ts";
import { MovieReader } from "../movies/movie-reader.ts";
import type { DescribedInput } from "./described-input.ts";

/** Rejects with `StreamError` "input-failed". */
export async function describeInput(path: string): Promise<DescribedInput> {
  const stats = statsOf(path);
  if (stats.isDirectory()) return await describePictures(picturesIn(path));
  if (!stats.isFile()) throw new StreamError("input-failed", `${path} is neither a file nor a folder.`);
  return isPictureName(path) ? await describePictures([path]) : await describeMovie(path, stats);
}

async function describePictures(paths: readonly string[]): Promise<DescribedInput> {
  const [first = ""] = paths;
  const stats = paths.map(statsOf);
  const [bytes, changedMs] = [stats.map(({ size }) => size), stats.map(({ mtimeMs }) => mtimeMs)];
  return { kind: "pictures", paths, bytes, changedMs, size: await pictureSizeOf(first) };
}

async function describeMovie(path: string, { size: bytes, mtimeMs: changedMs }: Stats): Promise<DescribedInput> {
  // All of it is read in any case, so its packets say where frames are, and not its container.
  using reader = await MovieReader.open(path, { maxWholeBytes: Number.POSITIVE_INFINITY });
  const { width, height, frameCount, frameRate, pixelAspectRatio, seconds: duration } = reader.info;
  const seconds = Float64Array.from({ length: frameCount }, (_, frame) => reader.secondsOf(frame));
  const size = { width: Math.max(1, Math.round(width * pixelAspectRatio)), height };
  const facts = { path, seconds, duration, rate: frameRate, index: reader.index, bytes, changedMs };
  return { kind: "movie", ...facts, size, hasSound: hasSound(path) };
}

/** In the order of their names, where 2 comes before 10. */
function picturesIn(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => isPictureName(name) && !name.startsWith("."));
  if (names.length === 0) throw new StreamError("input-failed", `There are no pictures in ${folder}.`);
  const { compare } = new Intl.Collator("en", { numeric: true });
  // Names that differ in nothing but what this overlooks have an order as well.
  names.sort((one, other) => compare(one, other) || (one < other ? -1 : 1));
  return names.map((name) => join(folder, name));
}

function statsOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw new StreamError("input-failed", `There is no movie, picture or folder at ${path}.`, { cause: error });
  }
}
