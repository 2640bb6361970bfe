/**
 * Owns a file of data, from its first byte until nobody needs it. In the main process. What is written to it is written once: from
 * the memory that the socket filled into that of the file, which the scene maps.
 */

import { closeSync, openSync, read, unlinkSync, write, writeSync } from "node:fs";
import { promisify } from "node:util";
import { StreamError } from "../../shared/errors.ts";
import { readInto } from "../platform/mapped-memory.ts";
import { closeQuietly, type DataFolder } from "./data-folder.ts";

/** So much is written at once; more than that while others go on. */
const MAX_SYNC_BYTES = 256 * 1024;
const COPY_BYTES = 4 * 2 ** 20;
const writeLater = promisify(write);
const readLater = promisify(read);

export class DataFile {
  readonly #folder: DataFolder;
  #path: string;
  /** Null when nothing is written to it any more. */
  #fd: number | null;
  #place = 0;
  #bytes = 0;
  #holders = 1;
  readonly #gone: () => void;

  /** An empty file, which whoever makes it holds. `gone` is called when nobody does any more. Throws `StreamError` "data-full". */
  static create(folder: DataFolder, gone: () => void): DataFile {
    return new DataFile(folder, gone);
  }

  private constructor(folder: DataFolder, gone: () => void) {
    this.#folder = folder;
    this.#gone = gone;
    const { path, fd } = this.#open();
    this.#path = path;
    this.#fd = fd;
  }

  get path(): string {
    return this.#path;
  }

  /** How many bytes were written. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds bytes. Where it gives a promise, the chunk must be left alone until that resolves, and nothing else be written. Throws, or
   * rejects with, `StreamError` "data-full".
   */
  write(chunk: Uint8Array): void | Promise<void> {
    if (this.#place > 0 || chunk.byteLength > MAX_SYNC_BYTES) return this.#writeLater(chunk);
    let at = 0;
    try {
      while (at < chunk.byteLength) at += writeSync(this.#writable, chunk, at, chunk.byteLength - at, this.#bytes + at);
      this.#bytes += at;
    } catch (error) {
      this.#bytes += at;
      return this.#writeElsewhere(chunk.subarray(at), error);
    }
  }

  /** Nothing is written to it any more but `patch`. */
  finish(): void {
    if (this.#fd !== null) closeQuietly(this.#fd);
    this.#fd = null;
  }

  /** One more needs it. */
  hold(): void {
    this.#holders += 1;
  }

  /** One needs it no more; the last one removes it. Memory that a scene has of it stays. */
  release(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    this.finish();
    try {
      unlinkSync(this.#path);
    } catch {
      // Its folder is gone.
    }
    this.#gone();
  }

  /** All of it. Throws what the file system says. */
  readWhole(): Uint8Array {
    const whole = new Uint8Array(this.#bytes);
    const fd = openSync(this.#path, "r");
    try {
      readAt(fd, whole, 0);
    } finally {
      closeSync(fd);
    }
    return whole;
  }

  /** Puts the bytes of another file in, from `offset` on. Nobody may have it mapped. Throws what the file system says. */
  patch(from: DataFile, offset: number): void {
    const [source, target] = [openSync(from.path, "r"), openSync(this.#path, "r+")];
    try {
      const buffer = new Uint8Array(Math.min(COPY_BYTES, from.bytes));
      for (let at = 0; at < from.bytes; ) {
        const piece = buffer.subarray(0, Math.min(buffer.length, from.bytes - at));
        readAt(source, piece, at);
        for (let put = 0; put < piece.length; ) {
          put += writeSync(target, piece, put, piece.length - put, offset + at + put);
        }
        at += piece.length;
      }
    } finally {
      for (const fd of [source, target]) closeSync(fd);
    }
  }

  get #writable(): number {
    if (this.#fd === null) throw new Error("The file is finished.");
    return this.#fd;
  }

  async #writeLater(chunk: Uint8Array): Promise<void> {
    let at = 0;
    try {
      while (at < chunk.byteLength) {
        const { bytesWritten } = await writeLater(this.#writable, chunk, at, chunk.byteLength - at, this.#bytes + at);
        at += bytesWritten;
      }
      this.#bytes += at;
    } catch (error) {
      this.#bytes += at;
      await this.#writeElsewhere(chunk.subarray(at), error);
    }
  }

  /** The place is full: what there is of it goes to the next one, and it goes on there. */
  async #writeElsewhere(chunk: Uint8Array, why: unknown): Promise<void> {
    if (!isFull(why) || this.#place + 1 >= this.#folder.places) throw dataFull(why);
    const [before, beforePath] = [this.#writable, this.#path];
    this.#place += 1;
    const { path, fd } = this.#open();
    try {
      const buffer = new Uint8Array(Math.min(COPY_BYTES, this.#bytes));
      for (let at = 0; at < this.#bytes; ) {
        const { bytesRead } = await readLater(before, buffer, 0, Math.min(buffer.length, this.#bytes - at), at);
        if (bytesRead === 0) throw new Error("A part of the file is gone.");
        const { bytesWritten } = await writeLater(fd, buffer, 0, bytesRead, at);
        at += bytesWritten;
      }
    } catch (error) {
      closeQuietly(fd);
      unlinkSync(path);
      throw dataFull(error);
    }
    closeQuietly(before);
    unlinkSync(beforePath);
    [this.#path, this.#fd] = [path, fd];
    await this.#writeLater(chunk);
  }

  /** Where a place cannot be used at all, the next one does. */
  #open(): { readonly path: string; readonly fd: number } {
    for (;;) {
      try {
        return this.#folder.create(this.#place);
      } catch (error) {
        this.#place += 1;
        if (this.#place >= this.#folder.places) throw dataFull(error);
      }
    }
  }
}

function readAt(fd: number, into: Uint8Array, from: number): void {
  if (readInto(fd, into, from) < into.length) throw new Error("The file is shorter than it was.");
}

function isFull(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return code === "ENOSPC" || code === "EDQUOT";
}

function dataFull(cause: unknown): StreamError {
  if (cause instanceof StreamError) return cause;
  const why = isFull(cause) || !(cause instanceof Error) ? "" : ` (${cause.message})`;
  const sentence = `There is no room left on the server for this data, neither in shared memory nor on the disk${why}.`;
  return new StreamError("data-full", sentence, { cause });
}
