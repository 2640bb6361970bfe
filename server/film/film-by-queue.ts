/**
 * Owns having the movies of a film made by whoever works for a queue: one job, with a task for each. In the process that wants it.
 *
 * VJ1 A movie's files are fetched when its task is done, and get their place at once when all of them are here.
 * VJ2 Who is killed leaves the job, and a note of it in the folder: the same film goes on with that job. Who is stopped ends it.
 */

import { createHash, randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Json } from "../../shared/custom-message.ts";
import { StreamError } from "../../shared/errors.ts";
import type { JobInfo, TaskInfo } from "../../shared/jobs.ts";
import type { JobStore } from "../jobs/job-queue.ts";
import type { FilmedMovie, FilmFolder } from "./film-folder.ts";
import { FILES, type FilmJobSettings, inputOf, parseMade } from "./film-job.ts";
import type { ResolvedFilm } from "./film-options.ts";
import { type FilmOutcome, failedOf, madeOf, type Planned, stopped, unfit } from "./film-plan.ts";
import type { FilmProgressMeter } from "./film-progress.ts";

export type QueueFilm = {
  readonly options: ResolvedFilm;
  readonly folder: FilmFolder;
  readonly meter: FilmProgressMeter;
  /** Told of each movie when its outcome is known. */
  readonly ended: (planned: Planned) => void;
};

/** A job of this film, and which of its tasks are of which movie. */
type FilmJob = { readonly id: string; readonly movies: ReadonlyMap<number, Planned> };
/** VJ2: what the folder keeps of it. */
type Note = { readonly id: string; readonly name: string; readonly marks: readonly string[] };

const LOOK_MS = 200;
const MAX_ATTEMPTS = 3;

/** Gives each movie its outcome. Rejects with `StreamError`, "closed" where it was stopped, or the job was cancelled by somebody. */
export async function filmByQueue(store: JobStore, left: readonly Planned[], film: QueueFilm): Promise<void> {
  const { options, folder, ended } = film;
  const sent: Planned[] = [];
  for (const planned of left) {
    const bad = unfit(planned.source);
    if (bad === null) sent.push(planned);
    else end(planned, failedOf(planned, bad, options.onMessage), ended);
  }
  if (sent.length === 0) return;
  film.meter.noteQueue({ running: 0, part: 0 });
  options.onProgress(film.meter.report);
  const gone = new AbortController();
  try {
    const job =
      (await jobBefore(store, sent, folder)) ?? (await within(options.signal, gone, newJob(store, sent, film)));
    await within(options.signal, gone, follow(store, job, film, gone.signal));
    // All is there; who looks at the queue may remove it.
    await drop(store, folder).catch(({ message }: Error) => options.onMessage(`The job was not removed: ${message}`));
    folder.keepJob(null);
  } catch (error) {
    if (!options.signal.aborted) throw error;
    // Where it cannot be ended now, the next run finds the note.
    await drop(store, folder).catch(() => undefined);
    throw stopped();
  }
}

/** What is under way is left behind when it is stopped. */
async function within<Result>(signal: AbortSignal, gone: AbortController, work: Promise<Result>): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => {
    gone.abort();
    reject(stopped());
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function newJob(store: JobStore, sent: readonly Planned[], { options, folder }: QueueFilm): Promise<FilmJob> {
  const { sizes, segmentSeconds, maxDownloadBytes, to, onMessage } = options;
  const settings: FilmJobSettings = { sizes, segmentSeconds, maxDownloadBytes };
  // Numbers of jobs are the owner's, and another owner has them again.
  const name = `${basename(to).slice(0, 100)} ${randomBytes(4).toString("hex")}`;
  onMessage(`${sent.length === 1 ? "A movie is" : `${sent.length} movies are`} sent to the queue.`);
  const id = await store.add({
    ...{ name, work: { kind: "film", settings }, maxAttempts: MAX_ATTEMPTS, timeLimitSeconds: null },
    inputs: sent.map(({ source }) => inputOf(source)),
  });
  const note: Note = { id, name, marks: sent.map(markOf) };
  folder.keepJob(JSON.stringify(note));
  return { id, movies: new Map(sent.entries()) };
}

/** VJ2: null where there is none that has all of these movies; what failed in it is tried again. */
async function jobBefore(store: JobStore, sent: readonly Planned[], folder: FilmFolder): Promise<FilmJob | null> {
  const note = noteIn(folder);
  if (note === null || (await store.job(note.id))?.name !== note.name) return null;
  const movies = new Map(sent.map((planned) => [note.marks.indexOf(markOf(planned)), planned]));
  if (movies.has(-1)) {
    await drop(store, folder);
    return null;
  }
  await store.retry(note.id);
  return { id: note.id, movies };
}

/** Ends the job that the folder has a note of. */
async function drop(store: JobStore, folder: FilmFolder): Promise<void> {
  const note = noteIn(folder);
  if (note === null) return;
  if ((await store.job(note.id))?.name === note.name) {
    await store.cancel(note.id);
    await store.remove(note.id);
  }
  folder.keepJob(null);
}

/** Until all its movies have their outcome. */
async function follow(store: JobStore, { id, movies }: FilmJob, film: QueueFilm, gone: AbortSignal): Promise<void> {
  const left = new Map(movies);
  for (let over = -1; left.size > 0; ) {
    const job = await store.job(id);
    if (job === null) throw new StreamError("closed", "The job was removed.");
    tell(job, film);
    const { done, failed, cancelled } = job.tasks;
    if (done + failed + cancelled !== over) {
      for (const task of await store.tasks(id)) {
        const planned = left.get(task.index);
        if (planned === undefined || !(task.state === "done" || task.state === "failed")) continue;
        const outcome = await outcomeOf(store, id, task, planned, film, gone);
        left.delete(task.index);
        end(planned, outcome, film.ended);
      }
      over = done + failed + cancelled;
    }
    if (cancelled > 0) throw new StreamError("closed", "The job was cancelled.");
    if (left.size > 0) await delay(LOOK_MS, undefined, { signal: gone });
  }
}

function tell({ tasks, progress }: JobInfo, { meter, options }: QueueFilm): void {
  meter.noteQueue({ running: tasks.running, part: progress });
  options.onProgress(meter.report);
}

/** VJ1 */
async function outcomeOf(
  store: JobStore,
  id: string,
  task: TaskInfo,
  planned: Planned,
  { options: { onMessage }, folder }: QueueFilm,
  gone: AbortSignal,
): Promise<FilmOutcome> {
  const work = folder.workFor(planned.mark.key);
  const failed = (sentence: string): FilmOutcome => {
    rmSync(work, { recursive: true, force: true });
    return failedOf(planned, new StreamError("input-failed", sentence), onMessage);
  };
  if (task.state === "failed") return failed(task.error ?? "It failed.");
  const movie = madeIn(await store.result(id, task.index), planned.source.title);
  const files = (await store.files(id, task.index)).filter(({ path }) => path.startsWith(`${FILES}/`));
  if (movie === null || !files.some(({ path }) => path === `${FILES}/master.m3u8`)) {
    return failed(`What a worker made of ${planned.source.title} is no movie for HLS. Is it of another version?`);
  }
  const fetched = join(work, "fetched");
  rmSync(fetched, { recursive: true, force: true });
  await store.fetch(id, task.index, files, fetched);
  gone.throwIfAborted();
  const outcome = madeOf(planned, join(fetched, FILES), movie, { folder, onMessage });
  rmSync(work, { recursive: true, force: true });
  return outcome;
}

function madeIn(result: Json | undefined, title: string): FilmedMovie | null {
  try {
    return { title, ...parseMade(result) };
  } catch {
    return null;
  }
}

function end(planned: Planned, outcome: FilmOutcome, ended: QueueFilm["ended"]): void {
  planned.outcome = outcome;
  ended(planned);
}

/** No address is written down. */
function markOf({ mark: { key, stamp, settings } }: Planned): string {
  return createHash("sha256")
    .update(JSON.stringify([key, stamp, settings]))
    .digest("hex");
}

function noteIn({ job }: FilmFolder): Note | null {
  try {
    const note = JSON.parse(job ?? "") as Partial<Note>;
    return typeof note.id === "string" && typeof note.name === "string" && Array.isArray(note.marks)
      ? (note as Note)
      : null;
  } catch {
    return null;
  }
}
