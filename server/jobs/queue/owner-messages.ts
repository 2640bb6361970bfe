/**
 * Owns what workers, and people's commands, say to the owner of a queue by HTTP, and how it is read. Shared by both ends.
 *
 * Three kinds of bearers: the key of the record (owner-record.ts) for what concerns the queue; the token of an attempt for its task alone; the
 * token of an adding for the files of that job alone.
 */

import type { Json } from "../../../shared/custom-message.ts";
import { jobIdPattern, jobKinds, MAX_JOB_NAME, MAX_TASK_TEXT, MAX_TASKS } from "../../../shared/jobs.ts";
import {
  boolean,
  fields,
  integer,
  list,
  number,
  object,
  oneOf,
  optional,
  orNull,
  type Reader,
  text,
} from "../../../shared/schema.ts";
import type { JobWork, NewJob, TakenTask, TaskEnd, TaskInput, TaskNews } from "../job-queue.ts";
import { policies } from "../policies.ts";

/** Of one request with JSON; a job of many inputs is one. */
export const MAX_JSON_BYTES: number = 64 * 1024 * 1024;
/** Of one request with a part of a file. */
export const PART_BYTES: number = 8 * 1024 * 1024;
/** Of a task, or of what is added at once. */
export const MAX_SENT_FILES = 10_000;
export const MAX_PATH = 1_000;

export type SentFile = { readonly path: string; readonly bytes: number };

/** Files that travel together: their paths are below one folder, and `main` is the one that was named. */
export type Bundle = {
  readonly main: string;
  readonly files: readonly SentFile[];
  /** What `.js` and `.ts` are there, as `package.json` says; null where nobody says. */
  readonly moduleType: "module" | "commonjs" | null;
};

/** A job that is added: paths in it are those of files that were sent before. */
export type AddedJob = { readonly job: NewJob; readonly files: readonly SentFile[] };

/** What a worker asks for; `offer` is null where only certain jobs are wanted. */
export type TakeWish = {
  readonly offer: string | null;
  readonly worker: string;
  readonly policy: (typeof policies)[number];
  readonly jobs: readonly string[] | null;
};

/** What is given to a worker. Files of it are fetched by the token; null where there are none. */
export type GivenTask = Omit<TakenTask, "folder" | "input" | "work"> & {
  readonly kind: JobWork["kind"];
  readonly settings: Json;
  readonly value?: Json | undefined;
  readonly script: GivenBundle | null;
  readonly input: GivenBundle | null;
};

/** `name` is another one when anything in it is another. */
export type GivenBundle = Bundle & { readonly name: string };

/** Of which of its bundles a file is. */
export const bundleRoles = ["script", "input"] as const;
export type BundleRole = (typeof bundleRoles)[number];

/** How a task ended, and what was sent for it. */
export type FinishedTask = { readonly end: TaskEnd; readonly files: readonly SentFile[] };

const json: Reader<Json> = (_name, value) => value as Json;
const path = text(MAX_PATH);
export const readSentFiles: Reader<SentFile[]> = (name, value) => {
  const files = list(MAX_SENT_FILES + 1, object<SentFile>({ path, bytes: integer(0, Number.MAX_SAFE_INTEGER) }))(
    name,
    value,
  );
  if (files.length > MAX_SENT_FILES) throw new TypeError(`${name} must be at most ${MAX_SENT_FILES} files.`);
  return files;
};

const readWork: Reader<JobWork> = (name, value) => {
  const given = fields(name, value);
  const kind = oneOf(jobKinds)(`${name}.kind`, given["kind"]);
  return kind === "script"
    ? { kind, script: path(`${name}.script`, given["script"]) }
    : { kind, settings: json(`${name}.settings`, given["settings"]) };
};

const readInput: Reader<TaskInput> = (name, value) => {
  const given = fields(name, value);
  const kind = oneOf(["file", "value"] as const)(`${name}.kind`, given["kind"]);
  return kind === "file"
    ? { kind, path: path(`${name}.path`, given["path"]) }
    : { kind, value: json(`${name}.value`, given["value"] ?? null) };
};

const readEnd: Reader<TaskEnd> = (name, value) => {
  const given = fields(name, value);
  const kind = oneOf(["done", "failed", "lost"] as const)(`${name}.kind`, given["kind"]);
  if (kind === "done") return { kind, result: json(`${name}.result`, given["result"] ?? null) };
  return { kind, error: text(1_000_000)(`${name}.error`, given["error"]) };
};

export const readJobId: Reader<string> = text(32, jobIdPattern, "must be small letters and digits");
export const readIndex: Reader<number> = integer(0, MAX_TASKS);
export const readTakeWish: Reader<TakeWish> = object<TakeWish>({
  offer: orNull(text(100)),
  worker: text(MAX_TASK_TEXT),
  policy: oneOf(policies),
  jobs: orNull(list(1_000, readJobId)),
});
const readNews: Reader<TaskNews> = object<TaskNews>({
  token: text(64),
  progress: number(0, 1),
  note: orNull(text(MAX_TASK_TEXT)),
});
export const readAllNews: Reader<TaskNews[]> = (name, value) => list(1_000, readNews)(name, value);
export const readAddedJob: Reader<AddedJob> = object<AddedJob>({
  job: object<NewJob>({
    name: text(MAX_JOB_NAME),
    work: readWork,
    inputs: list(MAX_TASKS + 1, readInput),
    maxAttempts: integer(1, 100),
    timeLimitSeconds: orNull(number(0, Number.MAX_SAFE_INTEGER)),
  }),
  files: readSentFiles,
});
const readBundle: Reader<GivenBundle> = object<GivenBundle>({
  name: text(64, /^[0-9a-f]{64}$/, "must be a digest"),
  main: path,
  files: readSentFiles,
  moduleType: orNull(oneOf(["module", "commonjs"])),
});
export const readGivenTask: Reader<GivenTask | null> = orNull(
  object<GivenTask>({
    token: text(32, /^[0-9a-f]{32}$/, "must be a token"),
    job: object<GivenTask["job"]>({ id: readJobId, name: text(MAX_JOB_NAME) }),
    index: readIndex,
    attempt: integer(1, 1_000_000),
    timeLimitSeconds: orNull(number(0, Number.MAX_SAFE_INTEGER)),
    kind: oneOf(jobKinds),
    settings: json,
    value: optional(json),
    script: orNull(readBundle),
    input: orNull(readBundle),
  }),
);
export const readFinishedTask: Reader<FinishedTask> = object<FinishedTask>({ end: readEnd, files: readSentFiles });
export const readArchived: Reader<boolean> = boolean;
