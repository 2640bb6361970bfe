/**
 * Owns the frames that were made before: in memory, and on the disk for longer. Those that were not asked for for longest go first. In
 * the main process.
 *
 * FC1 Neither holds more bytes than its limit. What cannot be kept on the disk is not, and nobody is told.
 * FC2 A file there is whole or not there; only the user of the server may read it.
 */

import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../platform/made-folder.ts";

/** One picture may take this part of the memory at most. */
const MAX_PART = 1 / 4;
/** So many files are written at the same time; more are not kept. */
const MAX_WRITING = 4;
const fileName = /^[0-9a-f]{40}$/;
const draftName = /^[0-9a-f]{40}\.[0-9a-f]{8}$/;

export type FrameCacheConfig = {
  readonly maxMemoryBytes: number;
  /** Null to keep nothing on the disk. */
  readonly folder: string | null;
  readonly maxDiskBytes: number;
};

export class FrameCache {
  readonly #config: FrameCacheConfig;
  /** By key, the one used last at the end. */
  readonly #memory = new Map<string, Uint8Array>();
  #memoryBytes = 0;
  /** The sizes of the files by name, in the same way; null until they were looked at. */
  #files: Promise<Map<string, number>> | null = null;
  #diskBytes = 0;
  #writing = 0;

  constructor(config: FrameCacheConfig) {
    this.#config = config;
  }

  /** What it holds, in bytes. */
  get bytes(): { readonly memory: number; readonly disk: number } {
    return { memory: this.#memoryBytes, disk: this.#diskBytes };
  }

  /** The bytes of a key, which are only read; null where they are not held. */
  async get(key: string): Promise<Uint8Array | null> {
    const held = this.#memory.get(key);
    if (held !== undefined) {
      this.#memory.delete(key);
      this.#memory.set(key, held);
      return held;
    }
    const found = await this.#read(nameOf(key));
    if (found !== null) this.#hold(key, found);
    return found;
  }

  /** Holds bytes, which nobody changes any more. On the disk as well where they `mayLast`. */
  set(key: string, bytes: Uint8Array, mayLast: boolean): void {
    this.#hold(key, bytes);
    if (mayLast) void this.#write(nameOf(key), bytes).catch(() => undefined);
  }

  #hold(key: string, bytes: Uint8Array): void {
    const { maxMemoryBytes } = this.#config;
    if (bytes.byteLength > maxMemoryBytes * MAX_PART) return;
    this.#drop(key);
    this.#memory.set(key, bytes);
    this.#memoryBytes += bytes.byteLength;
    for (const oldest of this.#memory.keys()) {
      if (this.#memoryBytes <= maxMemoryBytes) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#memoryBytes -= this.#memory.get(key)?.byteLength ?? 0;
    this.#memory.delete(key);
  }

  async #read(name: string): Promise<Uint8Array | null> {
    const { folder } = this.#config;
    if (folder === null) return null;
    const files = await this.#listed(folder);
    const size = files.get(name);
    if (size === undefined) return null;
    const path = join(folder, name);
    const bytes = await readFile(path).catch(() => null);
    files.delete(name);
    if (bytes === null || bytes.byteLength !== size) {
      this.#diskBytes -= size;
      return null;
    }
    files.set(name, size);
    // Another start goes by the times of the files.
    void utimes(path, new Date(), new Date()).catch(() => undefined);
    return bytes;
  }

  /** FC2 */
  async #write(name: string, bytes: Uint8Array): Promise<void> {
    const { folder, maxDiskBytes } = this.#config;
    if (folder === null || this.#writing >= MAX_WRITING || bytes.byteLength > maxDiskBytes * MAX_PART) return;
    this.#writing += 1;
    const draft = join(folder, `${name}.${randomBytes(4).toString("hex")}`);
    try {
      const files = await this.#listed(folder);
      if (files.has(name)) return;
      await makeFolder(folder, 0o700);
      await writeFile(draft, bytes, { mode: 0o600, flag: "wx" });
      await rename(draft, join(folder, name));
      files.set(name, bytes.byteLength);
      this.#diskBytes += bytes.byteLength;
      await this.#shrink(folder, files);
    } catch {
      await rm(draft, { force: true });
    } finally {
      this.#writing -= 1;
    }
  }

  /** FC1 */
  async #shrink(folder: string, files: Map<string, number>): Promise<void> {
    for (const [name, size] of files) {
      if (this.#diskBytes <= this.#config.maxDiskBytes) return;
      files.delete(name);
      this.#diskBytes -= size;
      await rm(join(folder, name), { force: true });
    }
  }

  #listed(folder: string): Promise<Map<string, number>> {
    this.#files ??= this.#list(folder);
    return this.#files;
  }

  /** What an earlier server left, the oldest first. */
  async #list(folder: string): Promise<Map<string, number>> {
    const names = await readdir(folder).catch(() => []);
    const found: { readonly name: string; readonly size: number; readonly at: number }[] = [];
    for (const name of names) {
      const info = await stat(join(folder, name)).catch(() => null);
      if (info?.isFile() !== true) continue;
      if (fileName.test(name)) found.push({ name, size: info.size, at: info.mtimeMs });
      // Of a server that fell while it wrote.
      else if (draftName.test(name) && Date.now() - info.mtimeMs > 60_000)
        await rm(join(folder, name), { force: true });
    }
    found.sort((one, other) => one.at - other.at);
    const files = new Map(found.map(({ name, size }) => [name, size]));
    this.#diskBytes = found.reduce((sum, { size }) => sum + size, 0);
    await this.#shrink(folder, files);
    return files;
  }
}

function nameOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 40);
}
