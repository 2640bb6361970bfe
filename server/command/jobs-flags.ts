/** Owns the words of `scenecast jobs`. Pure but for the files that inputs name. */

import { parseArgs } from "node:util";
import { jobIdPattern } from "../../shared/jobs.ts";
import { type Policy, policies } from "../jobs/policies.ts";
import { type WorkerKind, workerKinds } from "../jobs/worker-kind.ts";
import { type FlagValues, numberOf } from "./flag-values.ts";

export const jobsHelp = `Do work beside everything else, one task for each input: renders, movies that are encoded, or a module of your own.

  scenecast jobs add --script work.ts --input "clips/*.mp4"    keep a job; its number is printed
  scenecast jobs add --render --input "scenes/*.ts" -- --frames 0..99 --size 640x360
                                                 render each scene, with the flags of scenecast render behind --
  scenecast jobs add --encode --input "clips/*.mov" -- --quality 80
                                                 encode each movie: --codec, --chroma, --quality, --lossless, --size and
                                                 --fps as of scenecast render; the sound is copied
  scenecast jobs start              do tasks until none is left; the same command goes on where one was ended or killed
  scenecast jobs list               the jobs, with how far they are
  scenecast jobs summary            all of them in a few lines
  scenecast jobs view <job>         its tasks; with --download all that they printed and wrote, as a zip
  scenecast jobs cancel <job>       end a job
  scenecast jobs retry <job>        have tasks that failed or were cancelled done again
  scenecast jobs archive <job>      put a job away that is over; with --undo fetch it back
  scenecast jobs remove <job>       forget a job that is over, with its files
  scenecast jobs serve              keep the jobs of a queue for other machines: see scenecast jobs serve --help

Of add
  --script <module.ts>      its default export is called as (input, { progress, signal, output }) for each input
  --render, --encode        in place of a script
  --input <files>           paths, also with * and **; again for more. What follows -- after a script counts as well
  --name <name>             what the job is called
  --as <ending>             mp4; or mov, mkv, webm, and of a render %05d.png and the like
  --attempts <number>       3; how often a task is begun at most, where its worker is killed or crashes
  --time-limit <seconds>    end tasks that take longer
  --run                     do its tasks here and now
  --wait                    wait until it is over, whoever does it
  --download                then write its zip, as view does

Of start and add --run
  --workers <kind:number>   processes, as many as there are cores; or 4, threads, threads:10. A crash in a thread ends
                            the command
  --policy <name>           focused, all workers on the oldest job; fair, all jobs in turns; fifo, a worker a job
  --job <job>               of start: this job alone; again for more

Of all
  --folder <folder>         where jobs are kept; ~/.local/state/scenecast/jobs
  --queue <address>         in place of it a queue that several machines share, redis://…: see scenecast worker --help
  --to <file.zip>           where --download writes, else <name>-<job>.zip here
  --all                     of list and summary: what was put away, too
  --json                    of list, summary and view: for programs

What a script does, it does with all your rights. Do not add jobs for people whom you would not let type commands here.

Exit codes: 0 all is well, 1 a task failed or the job was cancelled, 2 bad arguments, 8 what is kept cannot be read or
written, 130 stopped by Ctrl-C or a signal: what is done is kept.
`;

/** Where jobs are kept, as it was asked for. */
export type AskedPlace = { readonly folder: string | null; readonly queue: string | null };

/** How tasks are done. */
export type WorkWish = {
  readonly kind: WorkerKind;
  /** Null for as many as there are cores. */
  readonly workers: number | null;
  readonly policy: Policy;
};

export type AddedValues = {
  readonly script?: string;
  readonly render?: boolean;
  readonly encode?: boolean;
  readonly input?: readonly string[];
  readonly name?: string;
  readonly as?: string;
  readonly attempts?: string;
  readonly "time-limit"?: string;
};

/** What was asked for, `behind` --. */
export type AskedJob = {
  readonly values: AddedValues;
  readonly inputs: readonly string[];
  readonly behind: readonly string[];
};

export type Download = { readonly to: string | null };

export type JobsAction =
  | {
      readonly kind: "add";
      /** Its files are looked for when it is added. */
      readonly added: AskedJob;
      readonly run: WorkWish | null;
      readonly waits: boolean;
      readonly download: Download | null;
    }
  | { readonly kind: "start"; readonly work: WorkWish; readonly jobs: readonly string[] | null }
  | { readonly kind: "list" | "summary"; readonly archived: boolean; readonly json: boolean }
  | { readonly kind: "view"; readonly job: string; readonly download: Download | null; readonly json: boolean }
  | { readonly kind: "cancel" | "retry" | "remove"; readonly jobs: readonly string[] }
  | { readonly kind: "archive"; readonly jobs: readonly string[]; readonly isArchived: boolean };

export type JobsCommand = { readonly place: AskedPlace; readonly action: JobsAction };

const flags = {
  script: { type: "string" },
  render: { type: "boolean" },
  encode: { type: "boolean" },
  input: { type: "string", multiple: true },
  name: { type: "string" },
  as: { type: "string" },
  attempts: { type: "string" },
  "time-limit": { type: "string" },
  run: { type: "boolean" },
  wait: { type: "boolean" },
  download: { type: "boolean" },
  workers: { type: "string" },
  policy: { type: "string" },
  job: { type: "string", multiple: true },
  folder: { type: "string" },
  queue: { type: "string" },
  to: { type: "string" },
  all: { type: "boolean" },
  undo: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

type JobsValues = FlagValues<typeof flags>;

/** Which flags each action takes, beside those of all. */
const taken: Readonly<Record<JobsAction["kind"], readonly (keyof JobsValues)[]>> = {
  add: [
    ...(["script", "render", "encode", "input", "name", "as", "attempts", "time-limit"] as const),
    ...(["run", "wait", "download", "to", "workers", "policy"] as const),
  ],
  start: ["workers", "policy", "job"],
  list: ["all", "json"],
  summary: ["all", "json"],
  view: ["download", "to", "json"],
  cancel: [],
  retry: [],
  remove: [],
  archive: ["undo"],
};
const forAll: readonly (keyof JobsValues)[] = ["folder", "queue", "help"];
const MAX_WORKERS = 256;

/** Reads what follows `jobs`; null asks for help. Throws `TypeError` with a line for people. */
export function readJobsArguments(args: readonly string[]): JobsCommand | null {
  const end = args.indexOf("--");
  const [own, behind] = end === -1 ? [args, []] : [args.slice(0, end), args.slice(end + 1)];
  const { values, positionals } = parseArgs({ args: [...own], options: flags, allowPositionals: true, strict: true });
  const [word, ...rest] = positionals;
  if (values.help === true || (word === undefined && args.length === 0)) return null;
  const kind = (Object.keys(taken) as JobsAction["kind"][]).find((candidate) => candidate === word);
  if (kind === undefined)
    throw new TypeError(`${word ?? "Nothing"} is no command of scenecast jobs. See scenecast jobs --help.`);
  const stray = Object.keys(values).find((name) => ![...taken[kind], ...forAll].includes(name as keyof JobsValues));
  if (stray !== undefined) throw new TypeError(`scenecast jobs ${kind} takes no --${stray}.`);
  if (kind !== "add" && behind.length > 0) throw new TypeError(`scenecast jobs ${kind} takes nothing behind --.`);
  const { folder = null, queue = null } = values;
  if (folder !== null && queue !== null) throw new TypeError("Jobs are in a --folder or in a --queue, not in both.");
  return { place: { folder, queue }, action: actionOf(kind, values, rest, behind) };
}

function actionOf(
  kind: JobsAction["kind"],
  values: JobsValues,
  rest: readonly string[],
  behind: readonly string[],
): JobsAction {
  const { all = false, json = false } = values;
  switch (kind) {
    case "add": {
      const run = values.run === true ? readWorkWish(values) : null;
      if (run === null && (values.workers ?? values.policy) !== undefined) {
        throw new TypeError("--workers and --policy are of use with --run, or for scenecast jobs start.");
      }
      const waits = values.wait === true;
      if (values.download === true && run === null && !waits) {
        throw new TypeError("--download needs --run or --wait: there is nothing to be had before.");
      }
      return { kind, added: { values, inputs: rest, behind }, run, waits, download: downloadOf(values) };
    }
    case "start":
      noMore(rest, kind);
      return { kind, work: readWorkWish(values), jobs: values.job === undefined ? null : values.job.map(idOf) };
    case "list":
    case "summary":
      noMore(rest, kind);
      return { kind, archived: all, json };
    case "view": {
      const [job, more] = rest;
      if (job === undefined || more !== undefined) throw new TypeError("Name one job: scenecast jobs view <job>.");
      return { kind, job: idOf(job), download: downloadOf(values), json };
    }
    case "cancel":
    case "retry":
    case "remove":
      return { kind, jobs: idsOf(rest, kind) };
    case "archive":
      return { kind, jobs: idsOf(rest, kind), isArchived: values.undo !== true };
  }
}

/** Throws `TypeError` with a line for people. */
export function readWorkWish({
  workers,
  policy = "focused",
}: {
  readonly workers?: string | undefined;
  readonly policy?: string | undefined;
}): WorkWish {
  const known = policies.find((candidate) => candidate === policy);
  if (known === undefined) throw new TypeError(`--policy must be one of ${policies.join(", ")}.`);
  return { ...workersOf(workers), policy: known };
}

/** `4`, `threads` or `threads:10`. */
function workersOf(text: string | undefined): Pick<WorkWish, "kind" | "workers"> {
  if (text === undefined) return { kind: "processes", workers: null };
  const [first = "", second, more] = text.split(":");
  const kind = workerKinds.find((candidate) => candidate === first);
  const digits = kind === undefined ? first : second;
  const workers = digits === undefined ? null : numberOf(digits);
  const isBad = workers !== null && !(Number.isInteger(workers) && workers >= 1 && workers <= MAX_WORKERS);
  if (isBad || more !== undefined || (kind === undefined && second !== undefined)) {
    throw new TypeError(
      `--workers must be written like 4, threads or threads:10, with a number from 1 to ${MAX_WORKERS}.`,
    );
  }
  return { kind: kind ?? "processes", workers };
}

function downloadOf({ download, to }: JobsValues): Download | null {
  if (download === true) return { to: to ?? null };
  if (to !== undefined) throw new TypeError("--to is of use with --download.");
  return null;
}

function idsOf(given: readonly string[], kind: string): readonly string[] {
  if (given.length === 0) throw new TypeError(`Name a job: scenecast jobs ${kind} <job>.`);
  return given.map(idOf);
}

function idOf(text: string): string {
  if (!jobIdPattern.test(text)) throw new TypeError(`"${text}" is no number of a job. See scenecast jobs list.`);
  return text;
}

function noMore(rest: readonly string[], kind: string): void {
  if (rest.length > 0) throw new TypeError(`scenecast jobs ${kind} takes no "${rest[0]}".`);
}
