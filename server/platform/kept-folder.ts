/**
 * Owns the folders in shared memory and on the disk that belong to one process of a server, and go with it: their names, and who removes
 * them, those of processes that were killed as well. In the main process.
 *
 * KD1 Nobody but the user of the server can enter them.
 * KD2 What a server left that was killed is swept by the next one, whatever that serves.
 * KD3 What may belong to a server that lives is never swept: that of another user, of another container, and of a process whose number
 *     is in use and was not given away since.
 */

import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mayLive, processMark } from "./process-mark.ts";

const folderName = /^scenecast-(\d+-\d+-\d+)-[0-9a-f]{16}$/;

/** Those that are to go with the process. */
const kept = new Set<string>();
let isListening = false;

/** Where such folders are made, the first first. */
export function keptPlaces(): readonly string[] {
  return process.platform === "linux" ? ["/dev/shm", tmpdir()] : [tmpdir()];
}

/** Makes a folder of this process (KD1), which goes with it where nobody removes it before. Throws what the file system says. */
export function makeKeptFolder(place: string): string {
  const name = `scenecast-${processMark()}-${randomBytes(8).toString("hex")}`;
  const path = join(place, name);
  mkdirSync(path, { mode: 0o700 });
  if (!isListening) process.once("exit", () => kept.forEach(removeKeptFolder));
  isListening = true;
  kept.add(path);
  return path;
}

/** Removes a folder of this process with all in it. */
export function removeKeptFolder(path: string): void {
  kept.delete(path);
  rmSync(path, { recursive: true, force: true });
}

/** KD2, KD3: removes what servers left that were killed. Never rejects. */
export async function sweepKeptFolders(places: readonly string[] = keptPlaces()): Promise<void> {
  await Promise.all(places.map((place) => sweep(place).catch(() => undefined)));
}

async function sweep(place: string): Promise<void> {
  for (const name of await readdir(place)) {
    const [, mark] = folderName.exec(name) ?? [];
    if (mark === undefined || mayLive(mark) !== false) continue;
    const path = join(place, name);
    const found = await lstat(path).catch(() => null);
    if (found?.isDirectory() !== true || found.uid !== process.getuid?.()) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
