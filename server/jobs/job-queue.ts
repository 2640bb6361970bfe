/**
 * Owns what keeps jobs and hands out their tasks, whatever stands behind it: a file of this machine, or a server of Redis. What people do
 * with jobs is `JobStore`, what workers do with tasks is `TaskSource`.
 *
 * JQ1 A task is done once: of all who were ever given it, `finish` says true to one alone, and only its files and its result are kept.
 * JQ2 A task whose holder is lost, by a crash, a kill or silence, is given to another, unless it was begun `maxAttempts` times: then it
 *     failed.
 * JQ3 What a task writes lies in a folder of that attempt alone, and gets its place all at once, when the task is over.
 * JQ4 Of cancelled jobs no task is given out, and who has one is told by `renew`.
 */

import type { Json } from "../../shared/custom-message.ts";
import type { JobInfo, TaskFile, TaskInfo } from "../../shared/jobs.ts";
import type { Policy } from "./policies.ts";

/** What the tasks of a job are. Settings are plain JSON; those who do them check them when a job is added. */
export type JobWork =
  /** A module of the user's, a `file:` URL; its default export is called for each input (task-contract.ts). */
  | { readonly kind: "script"; readonly script: string }
  | { readonly kind: "render" | "encode" | "film"; readonly settings: Json };

/** What a task is about: a file by its whole path on the machine where it was added, or a value. */
export type TaskInput =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "value"; readonly value: Json };

export type NewJob = {
  /** 1 to 200 characters. */
  readonly name: string;
  readonly work: JobWork;
  /** 1 to 100000, a task each. */
  readonly inputs: readonly TaskInput[];
  /** How often a task is begun at most, 1 to 100. */
  readonly maxAttempts: number;
  /** After so many seconds a task is ended and has failed; null for no limit. */
  readonly timeLimitSeconds: number | null;
};

export type TaskRange = { readonly first: number; readonly count: number };

/** What people do with jobs. What cannot be read or written rejects with `StreamError`: "input-failed" or "output-failed". */
export type JobStore = {
  /** Keeps a job with all its tasks, or nothing of it. Resolves with its id. */
  add(job: NewJob): Promise<string>;
  /** The newest first, at most 1000. */
  list(which: { readonly archived: boolean }): Promise<readonly JobInfo[]>;
  /** Null where there is none. */
  job(id: string): Promise<JobInfo | null>;
  /** In the order of the inputs. */
  tasks(id: string, range?: TaskRange): Promise<readonly TaskInfo[]>;
  /** JQ4: ends what is not over. False where nothing was left to be ended. */
  cancel(id: string): Promise<boolean>;
  /** Puts a job away that is over, or fetches it back. False where it is not over. */
  archive(id: string, isArchived: boolean): Promise<boolean>;
  /** Has its tasks that failed or were cancelled wait again, with as many attempts as at first. False where there are none. */
  retry(id: string): Promise<boolean>;
  /** Forgets a job that is over, with all its files. False where it is not over. */
  remove(id: string): Promise<boolean>;
  /** Of a task that is over, in the order of their paths; none before. */
  files(id: string, index: number): Promise<readonly TaskFile[]>;
  /** Where such a file can be read on this machine; null where there is none of that path. */
  fileAt(id: string, index: number, path: string): Promise<string | null>;
  /** Brings such files below a folder of this machine, by their paths, readable as what its user makes. Those that are there are gone on with. */
  fetch(id: string, index: number, files: readonly TaskFile[], folder: string): Promise<void>;
  /** What a task resolved with, as JSON; undefined where it is not done. */
  result(id: string, index: number): Promise<Json | undefined>;
};

/** A task in the hands of a worker. */
export type TakenTask = {
  /** Names this attempt, and nobody else's. */
  readonly token: string;
  readonly job: { readonly id: string; readonly name: string };
  readonly index: number;
  /** From 1 on. */
  readonly attempt: number;
  readonly work: JobWork;
  /** A file can be read where it says, on this machine. */
  readonly input: TaskInput;
  readonly timeLimitSeconds: number | null;
  /** JQ3: a folder on this machine, empty but for `output/`. */
  readonly folder: string;
};

/** How far a task is. */
export type TaskNews = { readonly token: string; readonly progress: number; readonly note: string | null };

/** How an attempt ended. `lost`: whoever did it is gone, which says nothing about the task (JQ2). */
export type TaskEnd =
  | { readonly kind: "done"; readonly result: Json }
  | { readonly kind: "failed"; readonly error: string }
  | { readonly kind: "lost"; readonly error: string };

/** What workers do with tasks. Rejects as `JobStore` does. */
export type TaskSource = {
  /** The next task by this policy; null where none waits. `jobs` are ids where only those are wanted. */
  take(wish: TaskWish): Promise<TakenTask | null>;
  /** Says that these are still being done, at least every `RENEW_MS`. Resolves with the tokens of those that are not wanted any more. */
  renew(news: readonly TaskNews[]): Promise<readonly string[]>;
  /** JQ1, JQ3: ends an attempt, and takes its folder away. False where somebody else has the task by now, or nobody wants it. */
  finish(token: string, end: TaskEnd): Promise<boolean>;
  /** Gives a task back that was not lost by its own doing: the attempt does not count. Its folder goes. */
  release(token: string): Promise<void>;
  /** Resolves when a task may have come to wait, or after `maxMs`; at once when the signal is aborted. */
  changed(maxMs: number, signal: AbortSignal): Promise<void>;
};

export type TaskWish = {
  /** Who takes it, as people read it. */
  readonly worker: string;
  readonly policy: Policy;
  readonly jobs: readonly string[] | null;
};

/** A holder that was not heard of for `LEASE_MS` is taken for lost. */
export const RENEW_MS = 1_000;
export const LEASE_MS = 15_000;

export type JobQueue = {
  readonly store: JobStore;
  readonly source: TaskSource;
  /** Idempotent. */
  close(): Promise<void>;
};
