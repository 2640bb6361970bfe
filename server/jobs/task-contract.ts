/**
 * Owns what a module of the user's is to jobs: its default export is called with an input, for each task or item. It runs with all rights
 * of whoever starts the worker. It may be called again for an input whose worker was lost, so it writes into `output` alone.
 */

import type { Json } from "../../shared/custom-message.ts";

/** What a task is given besides its input. */
export type TaskContext = {
  /** Says how far it is, from 0 to 1, and a few words about it, at most 200 characters, if you like. */
  readonly progress: (part: number, note?: string) => void;
  /** Aborted when nobody wants it any more, or its time is up. Who does not heed it is ended a second later. */
  readonly signal: AbortSignal;
  /** A folder, empty at first; what is in it when the task is over is kept. */
  readonly output: string;
};

/**
 * The default export of such a module. The input is the path of a file, or a value. What it resolves with is kept as JSON; what it rejects
 * with is why the task failed.
 */
export type Task<Input = string, Result extends Json | undefined = Json | undefined> = (
  input: Input,
  context: TaskContext,
) => Promise<Result> | Result;
