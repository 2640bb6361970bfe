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
import { mkdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folderName = /^scenecast-(\d+)-(\d+)-(\d+)-[0-9a-f]{16}$/;

/** Those that are to go with the process. */
const kept = new Set<string>();
let isListening = false;

/** Where such folders are made, the first first. */
export function keptPlaces(): readonly string[] {
  return process.platform === "linux" ? ["/dev/shm", tmpdir()] : [tmpdir()];
}

/** Makes a folder of this process (KD1), which goes with it where nobody removes it before. Throws what the file system says. */
export function makeKeptFolder(place: string): string {
  const { pid } = process;
  const name = `scenecast-${pid}-${startOf(pid) ?? 0}-${namespaceOfProcess()}-${randomBytes(8).toString("hex")}`;
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
    const [, pid, start, namespace] = folderName.exec(name) ?? [];
    if (pid === undefined || namespace !== namespaceOfProcess()) continue;
    const path = join(place, name);
    const found = await lstat(path).catch(() => null);
    if (found?.isDirectory() !== true || found.uid !== process.getuid?.()) continue;
    if (!mayLive(Number(pid), start ?? "")) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Where it is not known when a process began, one that has the number may be it. */
function mayLive(pid: number, start: string): boolean {
  const begun = startOf(pid);
  if (begun !== null) return begun === start;
  if (process.platform === "linux") return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process began, in ticks since the machine did; null where there is none, or nobody says. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program, in brackets, may have anything in it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

/** Which numbers of processes are meant: those of this container. */
function namespaceOfProcess(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0";
  }
}
