/**
 * Owns the files with which a room's data begins: each is a value of the scene, read when it is known what the scene takes, and again
 * when it changes. In the main process.
 */

import { open, stat } from "node:fs/promises";
import { FileWatch } from "../../platform/file-watch.ts";
import type { DataFill, FillHooks, RoomData } from "../room-data.ts";
import { formatOfFile } from "./data-format.ts";
import { receiveData } from "./receive-data.ts";

/** What is read at once. */
const CHUNK_BYTES = 2 ** 20;

/**
 * Fills a room's data from files, paths by the names of values; with `watch` again when they change. What the scene does not take, and
 * what cannot be read, is told in the log.
 */
export function filledFrom(files: ReadonlyMap<string, string>, watch: boolean): DataFill | undefined {
  if (files.size === 0) return undefined;
  return async (data, hooks) => {
    const reading = new FileReading(data, files, hooks);
    await reading.readChanged();
    if (watch) reading.follow();
  };
}

class FileReading {
  readonly #data: RoomData;
  readonly #files: ReadonlyMap<string, string>;
  readonly #hooks: FillHooks;
  /** When each was changed that was read last. */
  readonly #read = new Map<string, number>();
  #work: Promise<void> = Promise.resolve();

  constructor(data: RoomData, files: ReadonlyMap<string, string>, hooks: FillHooks) {
    this.#data = data;
    this.#files = files;
    this.#hooks = hooks;
  }

  /** Reads those that changed since, one after another, so that the newest is the last. Never rejects. */
  readChanged(): Promise<void> {
    this.#work = this.#work.then(async () => {
      for (const [name, path] of this.#files) await this.#readIfChanged(name, path);
    });
    return this.#work;
  }

  follow(): void {
    const { signal, warn } = this.#hooks;
    if (signal.aborted) return;
    const watch = new FileWatch(() => void this.readChanged(), warn);
    watch.follow(this.#files.values());
    signal.addEventListener("abort", () => watch.close(), { once: true });
  }

  async #readIfChanged(name: string, path: string): Promise<void> {
    const { signal, warn } = this.#hooks;
    try {
      const { mtimeMs } = await stat(path);
      if (signal.aborted || this.#read.get(name) === mtimeMs) return;
      this.#read.set(name, mtimeMs);
      await readInto(this.#data, name, path, signal);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!signal.aborted) warn(`The data ${name} could not be read from ${path}: ${why}`);
    }
  }
}

async function readInto(data: RoomData, name: string, path: string, signal: AbortSignal): Promise<void> {
  const file = await open(path);
  try {
    const byteLength = (await file.stat()).size;
    const chunks = file.createReadStream({ highWaterMark: CHUNK_BYTES, autoClose: false });
    await receiveData(data, name, { chunks, byteLength, format: formatOfFile(path), signal });
  } finally {
    await file.close();
  }
}
