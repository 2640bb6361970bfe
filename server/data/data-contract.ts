/** Owns what who fills a room's data knows of it: values, uploads, answers. In the main process. */

import type { DataDeclaration, DataForm } from "../../shared/data.ts";

/** What is known of a value. */
export type DataInfo = {
  readonly name: string;
  /** What the scene declares of it; null where it does not, or takes anything. */
  readonly declaration: DataDeclaration | null;
  /** What the value is; null where nothing was given yet. */
  readonly form: DataForm | null;
  /** The bytes of the value. */
  readonly bytes: number;
  /** Counts what was given to this name from 1, parts included; 0 where nothing was. */
  readonly version: number;
};

/** What became of a value, or of a part of one. */
export type DataAnswer = {
  readonly name: string;
  readonly version: number;
  /** Whether the scene has it: what is drawn from now on shows it. False where no scene runs, or it did not come back in time. */
  readonly taken: boolean;
  readonly form: DataForm;
  /** The bytes of the whole value. */
  readonly bytes: number;
};

/** Takes the bytes of a value, or of a part of one. One of `commit` and `abort` must be called in the end. */
export type DataWriter = {
  /**
   * Takes bytes. Where it gives a promise, the chunk must be left alone, and nothing else be called but `abort`, until that resolves.
   * Throws, or rejects with, `StreamError` "data-too-large", "data-full", or "data-refused" where nothing came for 30 s, and
   * `TypeError` where it is more than was said; then it is aborted.
   */
  write(chunk: Uint8Array): Promise<void> | void;
  /** All bytes are there. Rejects as `write`, and with `TypeError` where they are too few or no JSON; then nothing has changed. */
  commit(): Promise<DataAnswer>;
  /** It broke off: nothing has changed. Idempotent, and does nothing after `commit`. */
  abort(): void;
};

/** A value to be read. Its bytes stay as they are until `release` is called, except for parts that are changed meanwhile. */
export type DataReading = {
  readonly info: DataInfo & { readonly form: DataForm };
  /** A file with the bytes of the value and nothing else; there until `release`. */
  readonly path: string;
  /** Idempotent. */
  release(): void;
};

/** A part of a value: rows along the first dimension, of bytes the bytes; `count` null: as many as come. */
export type RowRange = { readonly offset: number; readonly count: number | null };
