/** The contract of the data of a room, until what fulfils it is here. In the main process. */

import type { DataDeclaration, DataForm, WantedForm } from "../../shared/data.ts";

/** What is known of a value. */
export type DataInfo = {
  readonly name: string;
  /** What the scene declares of it; null where it does not, or takes anything. */
  readonly declaration: DataDeclaration | null;
  /** What the value is; null where nothing was given yet. */
  readonly form: DataForm | null;
  /** The bytes of the value. */
  readonly bytes: number;
  /** Counts what was given to this name from 1; 0 where nothing was. */
  readonly version: number;
};

/** What became of a value, or a part of one. */
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
   * Takes bytes. Where it gives a promise, the chunk must be left alone, and nothing else be written, until that resolves. Throws, or
   * rejects with, `StreamError` "data-too-large" or "data-full", `TypeError` where it is more than was said; then it is aborted.
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
  release(): void;
};

export type RoomDataEvents = {
  /** There is another version of a value. `version` is 0 where it was removed. */
  readonly changed: { readonly name: string; readonly version: number };
};

export declare class RoomData {
  /** What the room has, and what the scene declares and nobody gave yet, by name. */
  list(): readonly DataInfo[];
  /**
   * What the scene declares of a name, `"any"` where it takes whatever comes; null where it takes nothing of that name. Rejects with
   * `StreamError` where the scene does not start or is closed; waits for its first start.
   */
  declarationOf(name: string): Promise<DataDeclaration | "any" | null>;
  /**
   * Begins a whole new value of `byteLength` bytes (null: not known). Writers of one name take turns, and all wait while the scene is
   * behind. Rejects with `TypeError` on a bad name, type, shape or length, and with `StreamError` "data-refused" where the scene
   * does not take it, "data-too-large" where it can never fit, "closed". `signal` gives up waiting for the turn.
   */
  begin(name: string, wanted: WantedForm, byteLength: number | null, signal?: AbortSignal): Promise<DataWriter>;
  /**
   * Begins a part of a value: rows along the first dimension, of bytes the bytes, from `offset` on; `count` null: as many as come. Rejects
   * with `TypeError` where the part is not within the value, "data-missing" where there is no value, else as `begin`.
   */
  beginPatch(
    name: string,
    range: { readonly offset: number; readonly count: number | null },
    signal?: AbortSignal,
  ): Promise<DataWriter>;
  /** Opens a value for reading; null where there is none. */
  read(name: string): DataReading | null;
  /** Removes a value. False where there is none. */
  remove(name: string): boolean;
  on<Name extends keyof RoomDataEvents>(name: Name, listener: (event: RoomDataEvents[Name]) => void): () => void;
}
