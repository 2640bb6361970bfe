/**
 * Owns where the files of a room's data lie: a folder in shared memory, and one on the disk for what does not fit there. In the main
 * process.
 *
 * DF1 Nobody but the user of the server can read or write them.
 * DF2 They go when the room ends, and when the process ends by itself. What one left that was killed is swept by the next server
 *     (kept-folder.ts).
 */

import { closeSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keptPlaces, makeKeptFolder, removeKeptFolder } from "../platform/kept-folder.ts";

/** A file that was made, empty and open for writing. */
export type OpenedFile = { readonly path: string; readonly fd: number };

/** The folders of a room's data; each is made when the first file is. */
export class DataFolder {
  readonly #places: readonly string[];
  readonly #paths = new Map<string, string>();
  #counted = 0;
  #isClosed = false;

  constructor(places: readonly string[] = keptPlaces()) {
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
    for (const path of this.#paths.values()) removeKeptFolder(path);
    this.#paths.clear();
  }

  #folderIn(place: string): string {
    if (this.#isClosed) throw new Error("The folder of the data was removed.");
    const known = this.#paths.get(place);
    if (known !== undefined) return known;
    const path = makeKeptFolder(place);
    this.#paths.set(place, path);
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
