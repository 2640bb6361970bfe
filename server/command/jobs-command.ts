/** Owns `scenecast jobs`: what it prints, how it ends, and with which exit code. */

import { StreamError } from "../../shared/errors.ts";
import type { JobInfo } from "../../shared/jobs.ts";
import type { JobQueue, JobStore, NewJob } from "../jobs/job-queue.ts";
import { openQueue, placeOf } from "../jobs/open-queue.ts";
import type { RenderJobSettings } from "../offline/render-job.ts";
import { visible } from "../platform/visible-text.ts";
import { exitCodeFor, exitCodes } from "./exit-codes.ts";
import { JobBars } from "./job-bars.ts";
import type { JobsAction, JobsCommand } from "./jobs-flags.ts";
import { endWords, jobsTable, jobView, jsonText, summaryOf } from "./jobs-words.ts";
import { readAddedJob } from "./jobs-work.ts";
import { doTasks, downloadJob, waitFor } from "./jobs-work-here.ts";
import { stopOnSignals } from "./stop-on-signals.ts";
import { asTyped } from "./typed-command.ts";

type Add = Extract<JobsAction, { readonly kind: "add" }>;

/** Does what was asked for. Resolves with the exit code. */
export async function jobs({ place, action }: JobsCommand): Promise<number> {
  const isShared = place.queue !== null;
  // The others are over at once, and a signal ends them.
  const isLong = action.kind === "add" || action.kind === "start";
  const { signal } = isLong ? stopOnSignals() : new AbortController();
  try {
    const queue = await openQueue(placeOf(place));
    try {
      switch (action.kind) {
        case "add":
          return await add(action, queue, isShared, signal);
        case "start": {
          const bars = new JobBars(process.stderr);
          const done = await doTasks(queue, { ...action, bars, signal });
          if (signal.aborted) return stopped();
          if (done.length === 0) process.stderr.write("No task waits.\n");
          return await ends(queue.store, done);
        }
        default:
          return await look(queue.store, action);
      }
    } finally {
      await queue.close();
    }
  } catch (error) {
    if (error instanceof StreamError && error.code === "closed" && signal.aborted) return stopped();
    return explain(error);
  }
}

async function add(
  { added, run, waits, download }: Add,
  queue: JobQueue,
  isShared: boolean,
  signal: AbortSignal,
): Promise<number> {
  const job = readAddedJob(added);
  if (isShared && namesFile(job)) {
    throw new TypeError("--audio names a file of this machine, which others do not have. Leave it out with --queue.");
  }
  const id = await queue.store.add(job);
  process.stdout.write(`${id}\n`);
  const tasks = job.inputs.length === 1 ? "1 task" : `${job.inputs.length} tasks`;
  const who = isShared ? "scenecast worker" : "scenecast jobs start";
  const more = run === null && !waits ? asTyped(` ${who} does them.`) : "";
  process.stderr.write(`Job ${id} has ${tasks}.${more}\n`);
  const bars = new JobBars(process.stderr);
  if (run !== null) await doTasks(queue, { work: run, jobs: [id], bars, signal });
  else if (waits) await waitFor(queue.store, id, bars, signal);
  else return 0;
  if (signal.aborted) return stopped();
  const code = await ends(queue.store, [id]);
  if (download !== null) await downloadTo(queue.store, id, download.to);
  return code;
}

/** Whether its settings name a file besides its inputs. */
function namesFile({ work }: NewJob): boolean {
  return work.kind === "render" && (work.settings as unknown as RenderJobSettings).options.audio !== undefined;
}

/** What came of these jobs. */
async function ends(store: JobStore, ids: readonly string[]): Promise<number> {
  let isWell = true;
  for (const id of ids) {
    const job = await jobOf(store, id);
    process.stdout.write(endWords(job, await store.tasks(id)));
    isWell &&= job.state === "done";
  }
  return isWell ? 0 : exitCodes.failed;
}

async function look(store: JobStore, action: Exclude<JobsAction, { readonly kind: "add" | "start" }>): Promise<number> {
  switch (action.kind) {
    case "list":
    case "summary": {
      const all = await store.list({ archived: action.archived });
      if (action.json) writeJson({ jobs: all });
      else if (action.kind === "summary") process.stdout.write(summaryOf(all));
      else if (all.length === 0) process.stderr.write("There are no jobs.\n");
      else process.stdout.write(jobsTable(all));
      return 0;
    }
    case "view": {
      const job = await jobOf(store, action.job);
      const tasks = await store.tasks(action.job);
      if (action.json) writeJson({ job, tasks });
      else process.stdout.write(jobView(job, tasks));
      if (action.download !== null) await downloadTo(store, action.job, action.download.to);
      return job.state === "failed" || job.state === "cancelled" ? exitCodes.failed : 0;
    }
    default:
      return await change(store, action);
  }
}

async function change(
  store: JobStore,
  action: Extract<JobsAction, { readonly jobs: readonly string[] }>,
): Promise<number> {
  for (const id of action.jobs) {
    await jobOf(store, id);
    switch (action.kind) {
      case "cancel":
        refuse(await store.cancel(id), `Job ${id} is over already.`);
        break;
      case "retry":
        refuse(await store.retry(id), `Job ${id} has no task that failed or was cancelled.`);
        break;
      case "archive":
        refuse(await store.archive(id, action.isArchived), `Job ${id} is not over. Cancel it first.`);
        break;
      case "remove":
        refuse(await store.remove(id), `Job ${id} is not over. Cancel it first.`);
    }
  }
  return 0;
}

async function downloadTo(store: JobStore, id: string, to: string | null): Promise<void> {
  process.stdout.write(`${await downloadJob(store, id, to)}\n`);
}

async function jobOf(store: JobStore, id: string): Promise<JobInfo> {
  const job = await store.job(id);
  if (job === null) throw new Refusal(`There is no job ${id}.`);
  return job;
}

/** What is asked for and cannot be. */
class Refusal extends Error {}

function refuse(isDone: boolean, sentence: string): void {
  if (!isDone) throw new Refusal(sentence);
}

function writeJson(value: object): void {
  process.stdout.write(jsonText(value));
}

function stopped(): number {
  process.stderr.write(
    asTyped("Stopped. What is done is kept: scenecast jobs start goes on, with the same --folder or --queue.\n"),
  );
  return exitCodes.stopped;
}

function explain(error: unknown): number {
  if (!(error instanceof StreamError || error instanceof TypeError || error instanceof Refusal)) throw error;
  process.stderr.write(`scenecast: ${visible(error.message)}\n`);
  return exitCodeFor(error);
}
