/** Owns what each kind of work is given for a task, and says of it (piece-protocol.ts). Its result is JSON. */

import type { JobWork, TaskInput } from "./job-queue.ts";

export type TaskPiece = {
  readonly work: JobWork;
  readonly input: TaskInput;
  /** A folder, empty at first, whose files are kept. */
  readonly output: string;
};

export type TaskProgress = {
  /** From 0 to 1. */
  readonly part: number;
  /** A few words; null to leave those that are there. */
  readonly note: string | null;
};
