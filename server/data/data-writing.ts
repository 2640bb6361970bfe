/**
 * Owns one upload, from its first byte until it is committed or broke off: a file that grows, and is nothing to anybody before it is
 * whole. In the main process.
 */

import { StreamError } from "../../shared/errors.ts";
import type { DataBudget } from "./data-budget.ts";
import type { ByteLimit } from "./data-checks.ts";
import { DataFile } from "./data-file.ts";
import type { DataFolder } from "./data-folder.ts";

export type DataWritingOptions = {
  /** What errors call it. */
  readonly name: string;
  readonly folder: DataFolder;
  readonly budget: DataBudget;
  /** How many bytes are to come, for which there is room; null where that is not known, then room is taken as they come. */
  readonly byteLength: number | null;
  /** The most bytes that may come, and what is wrong where more do. Default: as many as there is room for. */
  readonly limit?: ByteLimit | undefined;
  /** How long nothing may come. */
  readonly idleMs: number;
  /** Called once, when it is committed or broke off. */
  readonly over: (writing: DataWriting) => void;
};

export class DataWriting {
  readonly file: DataFile;
  readonly #options: DataWritingOptions;
  /** What of the budget is taken for the file. */
  #taken: number;
  #written = 0;
  /** What is being written; others write while it lasts, so the file is there until then. */
  #work: Promise<void> | null = null;
  #failure: Error | null = null;
  #isOver = false;
  #idle: NodeJS.Timeout;

  /** Throws `StreamError` "data-full"; then `over` was called, and what was taken of the budget is given back. */
  constructor(options: DataWritingOptions) {
    const { folder, budget, byteLength, idleMs } = options;
    this.#options = options;
    this.#taken = byteLength ?? 0;
    try {
      this.file = DataFile.create(folder, () => budget.give(this.#taken));
    } catch (error) {
      budget.give(this.#taken);
      options.over(this);
      throw error;
    }
    this.#idle = setTimeout(() => this.#giveUp(), idleMs);
  }

  /** As `DataWriter.write`. */
  write(chunk: Uint8Array): void | Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#isOver || this.#work !== null) throw new Error("Nothing can be written now.");
    this.#idle.refresh();
    this.#check(chunk.byteLength);
    this.#written += chunk.byteLength;
    const work = this.#attempt(() => this.file.write(chunk));
    if (work === undefined) return;
    this.#work = work
      .catch((error) => this.#fail(error))
      .finally(() => {
        this.#work = null;
      });
    return this.#work;
  }

  /**
   * All bytes are there: the file is whole, and the caller's to release. Throws where they are too few, and what `check` throws; then
   * it is aborted.
   */
  finish<Result>(check: (file: DataFile) => Result): Result {
    if (this.#failure !== null) throw this.#failure;
    if (this.#isOver || this.#work !== null) throw new Error("It cannot be committed now.");
    const { name, byteLength } = this.#options;
    if (byteLength !== null && this.#written < byteLength) {
      this.#fail(new TypeError(`${name} must be ${byteLength} bytes, and only ${this.#written} came.`));
    }
    const result = this.#attempt(() => check(this.file));
    this.file.finish();
    this.#end();
    return result;
  }

  /** Idempotent. */
  abort(): void {
    if (this.#isOver) return;
    this.#end();
    // Bytes that are on their way into the file must not end in another one.
    if (this.#work === null) this.file.release();
    else void this.#work.catch(() => undefined).finally(() => this.file.release());
  }

  #check(bytes: number): void {
    const { name, budget, byteLength, limit } = this.#options;
    const sum = this.#written + bytes;
    if (limit !== undefined && sum > limit.bytes) this.#fail(limit.error);
    if (byteLength !== null && sum > byteLength) {
      this.#fail(new TypeError(`${name} must be ${byteLength} bytes, and more came.`));
    }
    if (byteLength !== null) return;
    if (!budget.tryTake(bytes)) this.#fail(budget.tooLarge(sum, budget.used - this.#taken));
    this.#taken += bytes;
  }

  #attempt<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      return this.#fail(error);
    }
  }

  #fail(error: unknown): never {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.abort();
    throw this.#failure;
  }

  #giveUp(): void {
    const { name, idleMs } = this.#options;
    this.#failure ??= new StreamError("data-refused", `Nothing more of ${name} came for ${idleMs / 1000} seconds.`);
    this.abort();
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#idle);
    this.#options.over(this);
  }
}
