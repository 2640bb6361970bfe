/**
 * Owns what both ends call jobs and their tasks: work that goes on beside everything else, one task for each input. Written as JSON by
 * `/jobs` and by `scenecast jobs … --json`.
 */

import { boolean, fields, integer, list, number, object, oneOf, orNull, text } from "./schema.ts";

/** How a task does, and a job as a whole. `cancelled`: nobody wanted it any more. */
export type JobState = "waiting" | "running" | "done" | "failed" | "cancelled";
export const jobStates: readonly JobState[] = ["waiting", "running", "done", "failed", "cancelled"];

/** What the tasks of a job are: calls of a module of the user's, scenes that are rendered, movies that are encoded, or made ready for HLS. */
export type JobKind = "script" | "render" | "encode" | "film";
export const jobKinds: readonly JobKind[] = ["script", "render", "encode", "film"];

/** How many tasks of a job are in which state; `total` is their sum. */
export type TaskCounts = Readonly<Record<JobState | "total", number>>;

export type JobInfo = {
  /** Small letters and digits, 32 at most; of one list, never given twice. */
  readonly id: string;
  readonly name: string;
  readonly kind: JobKind;
  /** Follows from its tasks: `running` while one runs or some are over and others wait; over when all are: `failed` where one failed. */
  readonly state: JobState;
  /** Milliseconds since the epoch; null where it has not come to that. */
  readonly addedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Put away: shown only where that is asked for. */
  readonly isArchived: boolean;
  readonly tasks: TaskCounts;
  /** From 0 to 1: the mean of its tasks, of which those that are over count as whole. */
  readonly progress: number;
};

export type TaskInfo = {
  /** From 0 on, in the order of the inputs. */
  readonly index: number;
  /** The input in a word: the name of its file, or a short line of its JSON without what looks like a secret. */
  readonly label: string;
  readonly state: JobState;
  /** How often it was begun; again where its worker was lost. */
  readonly attempts: number;
  /** From 0 to 1, as the task says itself. */
  readonly progress: number;
  /** What the task says of itself, in a few words; null for nothing. */
  readonly note: string | null;
  /** Who does it, or did it last; null for nobody yet. */
  readonly worker: string | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Why it failed, in a sentence. */
  readonly error: string | null;
};

/** Which of a task's files: `stdout.txt`, `stderr.txt`, and what it wrote below `output/`. */
export type TaskFile = { readonly path: string; readonly bytes: number };

export const MAX_JOB_NAME = 200;
export const MAX_TASKS = 100_000;
/** Of notes, labels and sentences of tasks. */
export const MAX_TASK_TEXT = 2_000;

/** What an id of a job looks like. */
export const jobIdPattern: RegExp = /^[a-z0-9]{1,32}$/;

const time = number(0, Number.MAX_SAFE_INTEGER);
const count = integer(0, MAX_TASKS);
const words = text(MAX_TASK_TEXT);

const readJob = object<JobInfo>({
  id: text(32, jobIdPattern, "must be small letters and digits"),
  name: text(MAX_JOB_NAME),
  kind: oneOf(jobKinds),
  state: oneOf(jobStates),
  addedAt: time,
  startedAt: orNull(time),
  endedAt: orNull(time),
  isArchived: boolean,
  tasks: object<TaskCounts>({
    total: count,
    waiting: count,
    running: count,
    done: count,
    failed: count,
    cancelled: count,
  }),
  progress: number(0, 1),
});

const readTask = object<TaskInfo>({
  index: integer(0, MAX_TASKS),
  label: words,
  state: oneOf(jobStates),
  attempts: integer(0, 1_000_000),
  progress: number(0, 1),
  note: orNull(words),
  worker: orNull(words),
  startedAt: orNull(time),
  endedAt: orNull(time),
  error: orNull(words),
});

/** Reads the answer of `jobs/list`. Throws `TypeError` naming the field and its rule. */
export function parseJobList(value: unknown): readonly JobInfo[] {
  return list(1000, readJob)("answer.jobs", fields("answer", value)["jobs"]);
}

/** Reads the answer of `jobs/<id>`: the job, and those of its tasks that were asked for. Throws `TypeError` as above. */
export function parseJobView(value: unknown): { readonly job: JobInfo; readonly tasks: readonly TaskInfo[] } {
  const { job, tasks } = fields("answer", value);
  return { job: readJob("answer.job", job), tasks: list(MAX_TASKS, readTask)("answer.tasks", tasks) };
}
