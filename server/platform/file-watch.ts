/**
 * Owns watching files: tells when one of them was written, came or went. For the files of a scene, in its render thread and in
 * the main process.
 *
 * FW1 Folders are watched and not files, since editors put a new file in the place of the old one.
 * FW2 A file that is not there is watched for with any ending.
 */

import { existsSync, type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** One save can be several events. */
const SETTLES_MS = 60;

export class FileWatch {
  readonly #changed: () => void;
  readonly #failed: (sentence: string) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #files = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** `failed` is told of a folder that cannot be watched, as when the system watches as many as it can. */
  constructor(changed: () => void, failed: (sentence: string) => void = () => undefined) {
    this.#changed = changed;
    this.#failed = failed;
  }

  /** Watches these files too. */
  follow(files: Iterable<string>): void {
    for (const file of files) {
      this.#files.add(file);
      const folder = dirname(file);
      if (this.#watchers.has(folder) || !existsSync(folder)) continue;
      this.#watchFolder(folder);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #watchFolder(folder: string): void {
    try {
      const watcher = watch(folder, (_, name) => this.#handle(folder, name));
      // A folder that goes away ends its watching, and nothing else.
      watcher.on("error", () => this.#forget(folder));
      this.#watchers.set(folder, watcher);
    } catch (error) {
      this.#failed(`Changes in ${folder} go unnoticed: ${error instanceof Error ? error.message : String(error)}.`);
    }
  }

  #forget(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #handle(folder: string, name: string | null): void {
    if (name !== null && !this.#isMeant(folder, name)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#changed(), SETTLES_MS);
  }

  #isMeant(folder: string, name: string): boolean {
    return [...this.#files].some((file) => {
      if (dirname(file) !== folder) return false;
      return basename(file) === name || (!existsSync(file) && name.startsWith(`${basename(file)}.`));
    });
  }
}
