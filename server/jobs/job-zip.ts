/**
 * Owns the files of a job in one zip, made while it is sent: a folder for each task, and `job.json` with what became of them.
 *
 * JZ1 No name in it leads out of the folder that it is unpacked into, whatever inputs and files are called, and none is there twice.
 * JZ2 Neither what is in it nor the report is gathered before: it takes little memory, others have their turns in between, and nothing is
 *     done for who has left.
 */

import { constants, createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ZipFile } from "yazl";
import type { JobInfo, TaskInfo } from "../../shared/jobs.ts";
import type { JobStore } from "./job-queue.ts";

/** Of a part of a name; file systems take 255 bytes. */
const MAX_PART = 100;

/** So long everything else in the process waits for it at most. */
const SLICE_MS = 5;

/** The zip, of those tasks that are over, and a name for it. Null where there is no such job. A file that cannot be read ends it. */
export async function zipJob(
  store: JobStore,
  id: string,
): Promise<{ readonly name: string; readonly zip: Readable } | null> {
  const job = await store.job(id);
  if (job === null) return null;
  const tasks = await store.tasks(id);
  const file = new ZipFile();
  const zip = file.outputStream as Readable;
  file.on("error", (error: Error) => zip.destroy(error));
  fill(file, zip, store, { job, tasks }).catch((error: Error) => zip.destroy(error));
  return { name: `${plain(`${job.name}-${job.id}`)}.zip`, zip };
}

type Work = { readonly job: JobInfo; readonly tasks: readonly TaskInfo[] };

/** JZ2 */
async function fill(file: ZipFile, zip: Readable, store: JobStore, { job, tasks }: Work): Promise<void> {
  const names = new Set<string>();
  const report = (): Readable => Readable.from(reportOf(store, job, tasks), { objectMode: false });
  addStream(file, zip, free("job.json", names), async () => await Promise.resolve(report()));
  let begunAt = performance.now();
  for (const task of tasks) {
    if (performance.now() - begunAt > SLICE_MS) {
      await nextTurn();
      begunAt = performance.now();
    }
    if (zip.destroyed) return;
    for (const { name, at } of await filesOf(store, job, task)) {
      addStream(file, zip, free(name, names), async () => await openFile(at));
    }
  }
  file.end();
}

/** Opens it when it is its turn, and closes it where nobody reads on. */
function addStream(file: ZipFile, zip: Readable, name: string, open: () => Promise<Readable>): void {
  file.addReadStreamLazy(name, (opened) => {
    const begin = (stream: Readable): void => {
      const close = (): void => void stream.destroy();
      zip.once("close", close);
      stream.once("close", () => zip.off("close", close));
      if (zip.destroyed) close();
      else opened(null, stream);
    };
    open().then(begin, (error: unknown) => opened(error, Readable.from([])));
  });
}

/** The files of a task, by their names in the zip. */
async function filesOf(
  store: JobStore,
  job: JobInfo,
  task: TaskInfo,
): Promise<readonly { readonly name: string; readonly at: string }[]> {
  const found: { name: string; at: string }[] = [];
  for (const { path } of await store.files(job.id, task.index)) {
    const at = await store.fileAt(job.id, task.index, path);
    if (at !== null) found.push({ name: [folderOf(task), ...path.split("/")].map(plain).join("/"), at });
  }
  return found;
}

/** What became of them, as JSON, task by task: results may be large. JZ2 */
async function* reportOf(store: JobStore, job: JobInfo, tasks: readonly TaskInfo[]): AsyncGenerator<Buffer> {
  const { tasks: _, ...rest } = job;
  const head = JSON.stringify(rest, null, 2);
  yield Buffer.from(`${head.slice(0, -2)},\n  "tasks": [`);
  for (const [position, task] of tasks.entries()) {
    const told = { ...task, folder: folderOf(task), result: await store.result(job.id, task.index) };
    const lines = JSON.stringify(told, null, 2).replaceAll("\n", "\n    ");
    yield Buffer.from(`${position === 0 ? "" : ","}\n    ${lines}`);
  }
  yield Buffer.from("\n  ]\n}\n");
}

function folderOf({ index, label }: TaskInfo): string {
  return plain(`${String(index).padStart(4, "0")} ${label}`);
}

/** JZ1: a part of a name that every system takes. */
function plain(part: string): string {
  const shown = part
    .replaceAll(/[\p{Cc}\p{Cs}\\/:*?"<>|\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, "_")
    .replace(/^\.+$/, "_");
  const short = [...shown]
    .slice(0, MAX_PART)
    .join("")
    .replace(/[. ]+$/, "");
  return short === "" ? "_" : short;
}

/** JZ1 */
function free(name: string, names: Set<string>): string {
  for (let count = 1; ; count += 1) {
    const dot = name.lastIndexOf(".");
    const cut = dot > name.lastIndexOf("/") + 1 ? dot : name.length;
    const tried = count === 1 ? name : `${name.slice(0, cut)}-${count}${name.slice(cut)}`;
    // Some systems take large and small letters for the same.
    const key = tried.normalize("NFC").toLowerCase();
    if (names.has(key)) continue;
    names.add(key);
    return tried;
  }
}

/** Not by a link, which may have come there since. */
async function openFile(path: string): Promise<Readable> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  return createReadStream(path, { fd: handle });
}
