/**
 * Owns a file with what a task prints on one of its outputs: its beginning and its end where it is long. In the process of the worker.
 *
 * PZ1 However much is printed, the file has at most `MAX_BYTES` and some words, and as much memory is taken at most.
 * PZ2 It ends where the mark of its task comes, so nothing of another task gets into it.
 */

import { closeSync, openSync, writeSync } from "node:fs";
import type { StreamError } from "../../shared/errors.ts";
import { diskWords } from "../platform/disk-words.ts";

const MAX_BYTES = 2 * 1024 * 1024;
const HALF = MAX_BYTES / 2;

export class PrintedFile {
  /** Resolves when the mark has come. */
  readonly marked: Promise<void>;
  readonly #path: string;
  readonly #file: number;
  readonly #mark: Buffer;
  readonly #resolve: () => void;
  /** What may be the beginning of the mark. */
  #held = Buffer.alloc(0);
  #written = 0;
  /** The end so far; what falls out of it is left out. */
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #leftOut = 0;
  #isOver = false;
  #failure: StreamError | null = null;

  /** Throws `StreamError` "output-failed". */
  constructor(path: string, mark: string) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.marked = promise;
    this.#resolve = resolve;
    this.#path = path;
    this.#mark = Buffer.from(mark);
    try {
      this.#file = openSync(path, "w", 0o600);
    } catch (error) {
      throw diskWords(path, error);
    }
  }

  handle(chunk: Buffer): void {
    // PZ2
    if (this.#isOver) return;
    const all = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const end = all.indexOf(this.#mark);
    if (end !== -1) {
      this.#held = Buffer.alloc(0);
      this.#take(all.subarray(0, end));
      this.#isOver = true;
      return this.#resolve();
    }
    const whole = Math.max(0, all.length - this.#mark.length + 1);
    this.#take(all.subarray(0, whole));
    this.#held = Buffer.from(all.subarray(whole));
  }

  /** Adds a line of ours behind what the task printed, and closes it. Throws `StreamError` where anything could not be written. */
  close(last: string | null): void {
    this.#take(this.#held);
    this.#isOver = true;
    if (last !== null) this.#take(Buffer.from(`${last}\n`));
    if (this.#leftOut > 0) this.#write(Buffer.from(`\n(… ${this.#leftOut} bytes were left out here …)\n`));
    for (const part of this.#tail.splice(0)) this.#write(part);
    closeSync(this.#file);
    if (this.#failure !== null) throw this.#failure;
  }

  /** PZ1 */
  #take(bytes: Buffer): void {
    const begin = bytes.subarray(0, Math.max(0, HALF - this.#written));
    if (begin.length > 0) this.#write(begin);
    const rest = bytes.subarray(begin.length);
    if (rest.length === 0) return;
    // A part of a larger chunk would keep all of it.
    this.#tail.push(Buffer.from(rest.subarray(-HALF)));
    this.#leftOut += Math.max(0, rest.length - HALF);
    this.#tailBytes += Math.min(HALF, rest.length);
    for (let [first] = this.#tail; first !== undefined && this.#tailBytes > HALF; [first] = this.#tail) {
      const over = Math.min(first.length, this.#tailBytes - HALF);
      if (over === first.length) this.#tail.shift();
      else this.#tail[0] = Buffer.from(first.subarray(over));
      this.#tailBytes -= over;
      this.#leftOut += over;
    }
  }

  #write(bytes: Buffer): void {
    if (this.#failure !== null) return;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
      this.#written += bytes.length;
    } catch (error) {
      this.#failure = diskWords(this.#path, error);
    }
  }
}
