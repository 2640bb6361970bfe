/**
 * Owns where the files of a room's data lie: a folder in shared memory, and one on the disk for what does not fit there. In the main
 * process.
 *
 * DF1 Nobody but the user of the server can read or write them.
 * DF2 They go when the room ends, and when the process ends by itself. What one left that was killed is swept by the next server.
 * DF3 What may belong to a server that lives is never swept: that of another user, of another container, and of a process whose number
 *     is in use and was not given away since.
 */

import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file that was made, empty and open for writing. */
export type OpenedFile = { readonly path: string; readonly fd: number };

const folderName = /^scenecast-(\d+)-(\d+)-(\d+)-[0-9a-f]{16}$/;

/** Where folders of data are made, the first first. */
export function dataPlaces(): readonly string[] {
  return process.platform === "linux" ? ["/dev/shm", tmpdir()] : [tmpdir()];
}

/** Folders that are to go with the process. */
const open = new Set<DataFolder>();
let isListening = false;

function removeAll(): void {
  for (const folder of open) folder.close();
}

/** The folders of a room's data; each is made when the first file is. */
export class DataFolder {
  readonly #places: readonly string[];
  readonly #paths = new Map<string, string>();
  #counted = 0;
  #isClosed = false;

  constructor(places: readonly string[] = dataPlaces()) {
    this.#places = places;
  }

  /** How many places there are; a file that does not fit in one is made anew in the next. */
  get places(): number {
    return this.#places.length;
  }

  /** Makes a file in the place of this number. Throws what the file system says. */
  create(place: number): OpenedFile {
    const folder = this.#folderIn(this.#places[place] ?? tmpdir());
    this.#counted += 1;
    const path = join(folder, String(this.#counted));
    return { path, fd: openSync(path, "wx+", 0o600) };
  }

  /** Removes all files. Idempotent. */
  close(): void {
    this.#isClosed = true;
    open.delete(this);
    for (const path of this.#paths.values()) rmSync(path, { recursive: true, force: true });
    this.#paths.clear();
  }

  #folderIn(place: string): string {
    if (this.#isClosed) throw new Error("The folder of the data was removed.");
    const known = this.#paths.get(place);
    if (known !== undefined) return known;
    const { pid } = process;
    const name = `scenecast-${pid}-${startOf(pid) ?? 0}-${namespaceOfProcess()}-${randomBytes(8).toString("hex")}`;
    const path = join(place, name);
    mkdirSync(path, { mode: 0o700 });
    this.#paths.set(place, path);
    if (!isListening) process.once("exit", removeAll);
    isListening = true;
    open.add(this);
    return path;
  }
}

/** Gives back the file's number where it is not needed any more; what it says of that is of no use. */
export function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // Its file system is gone.
  }
}

/** DF2, DF3: removes what servers left that were killed. Never rejects. */
export async function sweepDataFolders(places: readonly string[] = dataPlaces()): Promise<void> {
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
