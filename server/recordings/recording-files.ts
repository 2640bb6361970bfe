/** Owns the names of recordings and the folder that they lie in: none is ever written over another. Main process. */

import { closeSync, lstatSync, openSync, rmSync, statSync } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { type Container, containers } from "../encode/mux/mux-protocol.ts";
import { diskWords } from "../platform/disk-words.ts";
import { makeFolderSync } from "../platform/made-folder.ts";
import type { RecordingInfo } from "./recording-info.ts";

const MAX_NAME_LENGTH = 120;
/** File systems take names of 255 bytes, and "-10000" may have to fit in. */
const MAX_NAME_BYTES = 240;
/** Of a folder so many files are told of, the newest. */
const MAX_LISTED = 500;
const MAX_SAME_NAME = 10_000;

/** What a file of this name is made as; null where its ending says nothing. */
export function containerOf(path: string): Container | null {
  return containers.find((container) => extname(path).toLowerCase() === `.${container}`) ?? null;
}

/** Whether it names a file of the folder itself, and a recording. */
export function isRecordingName(name: string): boolean {
  const isPlain = /^[\p{L}\p{N}_][\p{L}\p{N}_ .()-]*$/u.test(name);
  const isShort = name.length <= MAX_NAME_LENGTH && Buffer.byteLength(name) <= MAX_NAME_BYTES;
  return isPlain && isShort && containerOf(name) !== null;
}

/** Whether there is a file, and not a link, which might lead out of the folder. */
export function isPlainFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** A name of the title and the local time, as `Spheres-2026-11-28-091500`. */
export function nameFor(title: string, time: Date): string {
  const words = title.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-+|-+$/g, "");
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join("");
  return `${words === "" ? "scene" : words.slice(0, 60)}-${day}-${clock}`;
}

/**
 * Makes an empty file at `path`, or where there is one beside it, as `film-2.mp4`, and gives where; its folder is made, too.
 * Throws `StreamError` where it cannot be written.
 */
export function reserve(path: string): string {
  const [ending, folder] = [extname(path), dirname(path)];
  const name = basename(path, ending);
  try {
    makeFolderSync(folder);
  } catch (error) {
    throw diskWords(path, error);
  }
  for (let count = 1; ; count += 1) {
    const free = count === 1 ? path : join(folder, `${name}-${count}${ending}`);
    try {
      closeSync(openSync(free, "wx"));
      return free;
    } catch (error) {
      const isTaken = error instanceof Error && "code" in error && error.code === "EEXIST";
      if (!isTaken || count >= MAX_SAME_NAME) throw diskWords(free, error);
    }
  }
}

/** Takes a file that was reserved away where nothing was written to it. Gives how large it is. */
export function settle(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) rmSync(path, { force: true });
  return size;
}

/** The recordings that lie in a folder, the newest first. */
export async function listFolder(folder: string): Promise<readonly RecordingInfo[]> {
  const names = (await readdir(folder).catch(() => [])).filter(isRecordingName);
  const found = await Promise.all(names.map((name) => infoOf(folder, name)));
  const files = found.filter((info) => info !== null);
  return files.sort((one, other) => other.startedAt.getTime() - one.startedAt.getTime()).slice(0, MAX_LISTED);
}

/** False where there is no such file. */
export async function removeFile(path: string): Promise<boolean> {
  return await rm(path).then(
    () => true,
    () => false,
  );
}

async function infoOf(folder: string, file: string): Promise<RecordingInfo | null> {
  const path = join(folder, file);
  const found = await lstat(path).catch(() => null);
  if (found === null || !found.isFile()) return null;
  const { size: bytes, birthtime, mtime } = found;
  // Some file systems do not know when a file was made.
  const startedAt = birthtime.getTime() === 0 ? mtime : birthtime;
  return { file, path, state: "ended", startedAt, bytes, seconds: null, error: null };
}
