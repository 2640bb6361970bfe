/**
 * Owns the bytes of a file that is being written, in the mux thread, which never waits for the disk.
 *
 * FB1 Bytes get to the file in the order in which they were written, each piece at its own place.
 * FB2 After the first error nothing more is written, so that a file is never half changed from one form into another, and what
 *     came after the last point that was marked as whole is cut off.
 */

import { close, ftruncate, openSync, write } from "node:fs";
import { promisify } from "node:util";
import { StreamError } from "../../../shared/errors.ts";
import { diskWords } from "../../platform/disk-words.ts";

/** What waits to be written; a disk that is so far behind is too slow (MX2). */
const MAX_WAITING_BYTES: number = 64 * 1024 * 1024;

const writeAt = promisify(write);
const cutAt = promisify(ftruncate);
const closeFile = promisify(close);

type Piece = { readonly bytes: Uint8Array; readonly position: number } | { readonly wholeUntil: number };

export class FileBytes {
  readonly #path: string;
  readonly #file: number;
  readonly #failed: (error: StreamError) => void;
  #queue: Piece[] = [];
  #position = 0;
  #size = 0;
  #waitingBytes = 0;
  #wholeUntil = 0;
  #error: StreamError | null = null;
  #writing: Promise<void> | null = null;
  #closing: Promise<void> | null = null;

  /** Opens it, and empties what is there. Throws `StreamError`. `failed` is called once, with the first error of later. */
  constructor(path: string, failed: (error: StreamError) => void) {
    this.#path = path;
    this.#failed = failed;
    try {
      this.#file = openSync(path, "w");
    } catch (error) {
      throw diskWords(path, error);
    }
  }

  get size(): number {
    return this.#size;
  }

  get error(): StreamError | null {
    return this.#error;
  }

  /** Puts bytes, which are ours from now on, at the place that was sought, or after those before. False after an error. */
  write(bytes: Uint8Array): boolean {
    if (this.#error !== null) return false;
    if (this.#waitingBytes + bytes.length > MAX_WAITING_BYTES) {
      this.#fail(new StreamError("output-failed", `${this.#path}: the disk is too slow for what is written.`));
      return false;
    }
    this.#queue.push({ bytes, position: this.#position });
    this.#waitingBytes += bytes.length;
    this.#position += bytes.length;
    this.#size = Math.max(this.#size, this.#position);
    this.#writing ??= this.#writeAll();
    return true;
  }

  seek(position: number): void {
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  /** What was written until now is whole: it can be played without what follows. */
  markWhole(): void {
    this.#queue.push({ wholeUntil: this.#size });
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when all is written and the file is closed. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#writing;
    await this.#cut();
    await closeFile(this.#file);
  }

  async #writeAll(): Promise<void> {
    while (this.#queue.length > 0 && this.#error === null) {
      const pieces = this.#queue;
      this.#queue = [];
      for (const piece of pieces) await this.#writePiece(piece);
    }
    this.#queue = [];
    this.#writing = null;
  }

  async #writePiece(piece: Piece): Promise<void> {
    if (this.#error !== null) return;
    if ("wholeUntil" in piece) {
      this.#wholeUntil = piece.wholeUntil;
      return;
    }
    try {
      let done = 0;
      while (done < piece.bytes.length) {
        const rest = piece.bytes.length - done;
        const { bytesWritten } = await writeAt(this.#file, piece.bytes, done, rest, piece.position + done);
        done += bytesWritten;
      }
    } catch (error) {
      this.#fail(diskWords(this.#path, error));
    }
    this.#waitingBytes -= piece.bytes.length;
  }

  #fail(error: StreamError): void {
    if (this.#error !== null) return;
    this.#error = error;
    this.#size = this.#wholeUntil;
    this.#failed(error);
  }

  /** FB2 */
  async #cut(): Promise<void> {
    if (this.#error === null) return;
    // A disk that refuses to forget has said so already.
    await cutAt(this.#file, this.#wholeUntil).catch(() => undefined);
  }
}
