/**
 * Owns the file of an event log: lines of text in gzip members, written behind whoever logs. Main process.
 *
 * EF1 to write a line never waits, and never throws: lines wait in memory, and are written each second, or as soon as they are many.
 * EF2 what cannot be written is tried again each second, and told once. At most 8 MiB wait; what is more is left out, and a line
 *     says how many.
 * EF3 on opening, what is behind the last whole member is cut off. A file that is no event log is refused and stays as it is.
 * EF4 a file of 64 MiB is put aside, as `name.1.gz`; five such are kept. Each file begins with the lines that `opening` gives.
 * EF5 a file that somebody else writes to is written no more, which is told: two would overwrite each other's members.
 */

import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import { endOfMembers, gzipMember } from "./gzip-members.ts";

/** What of it a test replaces. */
export type EventFileLimits = {
  readonly flushMs: number;
  /** So many bytes are written at once, without waiting for the second to end. */
  readonly flushBytes: number;
  readonly maxWaitingBytes: number;
  readonly maxFileBytes: number;
  readonly kept: number;
};

const standardLimits: EventFileLimits = {
  flushMs: 1000,
  flushBytes: 64 * 1024,
  maxWaitingBytes: 8 * 1024 * 1024,
  maxFileBytes: 64 * 1024 * 1024,
  kept: 5,
};

/** Writes bytes to the file at a place. Tests give one that fails. */
export type WriteAt = (file: FileHandle, bytes: Uint8Array, at: number) => Promise<void>;

export type EventFileOptions = {
  readonly path: string;
  /** The lines with which each file begins. */
  readonly opening: () => readonly string[];
  /** The line for so many lines that were left out. */
  readonly lost: (lines: number) => string;
  /** What is to be told of the file, in a sentence. */
  readonly told: (level: "info" | "warn", sentence: string) => void;
  readonly limits?: Partial<EventFileLimits>;
  readonly write?: WriteAt;
};

export class EventFile {
  readonly #options: EventFileOptions;
  readonly #limits: EventFileLimits;
  readonly #timer: NodeJS.Timeout;
  #file: FileHandle | null = null;
  /** Where the next member goes. */
  #end: number;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #lost = 0;
  /** A member that could not be written yet. */
  #member: Buffer | null = null;
  #isFailing = false;
  #isForeign = false;
  #work: Promise<void> | null = null;
  #closed = false;

  /** Throws `TypeError` where the file cannot be opened, or is something else (EF3). */
  constructor(options: EventFileOptions) {
    this.#options = options;
    this.#limits = { ...standardLimits, ...options.limits };
    const { end, cut } = prepared(options.path);
    this.#end = end;
    if (cut > 0) options.told("warn", `The event log ended in half a member: its last ${cut} bytes were cut off.`);
    this.#begin();
    this.#timer = setInterval(() => this.#flush(), this.#limits.flushMs);
    this.#timer.unref();
  }

  /** EF1. */
  write(line: string): void {
    if (this.#closed) return;
    const bytes = line.length + 1;
    if (this.#waitingBytes + bytes > this.#limits.maxWaitingBytes) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += bytes;
    if (this.#waitingBytes >= this.#limits.flushBytes && !this.#isFailing) this.#flush();
  }

  /** Writes what waits, once. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#work;
    this.#flush();
    await this.#work;
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  #flush(): void {
    if (this.#work !== null) return;
    this.#work = this.#writeOut().finally(() => {
      this.#work = null;
    });
  }

  async #writeOut(): Promise<void> {
    try {
      while (this.#member !== null || this.#waiting.length > 0) {
        if (this.#isForeign) return this.#drop();
        this.#file ??= await open(this.#options.path, constants.O_RDWR | constants.O_CREAT, 0o600);
        this.#member ??= await gzipMember(Buffer.from(this.#take()));
        // A part of one that failed before is overwritten.
        if (!this.#isFailing) await this.#lookForOthers(this.#file);
        await (this.#options.write ?? writeAt)(this.#file, this.#member, this.#end);
        this.#end += this.#member.length;
        this.#member = null;
        this.#recover();
        // The next file goes on where this one ends, so that nothing is told in both.
        if (this.#waiting.length === 0 && this.#end >= this.#limits.maxFileBytes) await this.#rotate();
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** EF5. */
  async #lookForOthers(file: FileHandle): Promise<void> {
    if ((await file.stat()).size === this.#end) return;
    this.#isForeign = true;
    throw new Error("another program writes to the file");
  }

  #drop(): void {
    this.#member = null;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** The text of the next member. */
  #take(): string {
    const lost = this.#lost > 0 ? [this.#options.lost(this.#lost)] : [];
    const lines = [...this.#waiting, ...lost];
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#lost = 0;
    return `${lines.join("\n")}\n`;
  }

  /** EF4. */
  async #rotate(): Promise<void> {
    const { path } = this.#options;
    this.#begin();
    await this.#file?.close();
    this.#file = null;
    for (let number = this.#limits.kept; number > 0; number -= 1) {
      await moveIfThere(number === 1 ? path : asidePath(path, number - 1), asidePath(path, number));
    }
    this.#end = 0;
  }

  #begin(): void {
    for (const line of this.#options.opening()) this.write(line);
  }

  /** EF2. */
  #fail(error: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    const hope = this.#isForeign ? "and is given up" : "and is tried again each second";
    this.#options.told("warn", `The event log cannot be written, ${hope}: ${reasonOf(error)}.`);
  }

  #recover(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#options.told("info", "The event log is being written again.");
  }
}

/** The name of a file that was put aside. */
function asidePath(path: string, number: number): string {
  return path.endsWith(".gz") ? `${path.slice(0, -3)}.${number}.gz` : `${path}.${number}`;
}

async function moveIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}

/** EF3. Where the next member goes, and how many bytes were cut off. */
function prepared(path: string): { readonly end: number; readonly cut: number } {
  const file = opened(path);
  try {
    const { size } = fstatSync(file);
    const end = endOfMembers(size, (at, length) => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, at));
    });
    if (end === null) throw new TypeError(`options.eventLog must be an event log or a new file, which ${path} is not.`);
    if (end < size) ftruncateSync(file, end);
    return { end, cut: size - end };
  } finally {
    closeSync(file);
  }
}

function opened(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  } catch (error) {
    throw new TypeError(`options.eventLog must be a file that can be written: ${reasonOf(error)}.`);
  }
}

async function writeAt(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    done += (await file.write(bytes, done, bytes.byteLength - done, at + done)).bytesWritten;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
