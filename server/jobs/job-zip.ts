/**
 * Owns the files of a job in one zip, made while it is sent: a folder for each task, and `job.json` with what became of them.
 *
 * JZ1 No name in it leads out of the folder that it is unpacked into, whatever inputs and files are called, and none is there twice.
 */

import { constants, createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { ZipFile } from "yazl";
import type { JobInfo, TaskInfo } from "../../shared/jobs.ts";
import type { JobStore } from "./job-queue.ts";

/** Of a part of a name; file systems take 255 bytes. */
const MAX_PART = 100;

/** The zip, of those tasks that are over, and a name for it. Null where there is no such job. A file that cannot be read ends it. */
export async function zipJob(
  store: JobStore,
  id: string,
): Promise<{ readonly name: string; readonly zip: Readable } | null> {
  const job = await store.job(id);
  if (job === null) return null;
  const tasks = await store.tasks(id);
  const file = new ZipFile();
  const names = new Set<string>();
  const zip = file.outputStream as Readable;
  file.on("error", (error: Error) => zip.destroy(error));
  const report = await reportOf(store, job, tasks);
  file.addBuffer(Buffer.from(`${JSON.stringify(report, null, 2)}\n`), free("job.json", names));
  for (const task of tasks) {
    for (const { path } of await store.files(id, task.index)) {
      const at = await store.fileAt(id, task.index, path);
      if (at === null) continue;
      const name = [folderOf(task), ...path.split("/")].map(plain).join("/");
      file.addReadStreamLazy(free(name, names), (opened) => {
        openFile(at).then(
          (stream) => opened(null, stream),
          (error: unknown) => opened(error, Readable.from([])),
        );
      });
    }
  }
  file.end();
  return { name: `${plain(`${job.name}-${job.id}`)}.zip`, zip };
}

async function reportOf(store: JobStore, job: JobInfo, tasks: readonly TaskInfo[]): Promise<object> {
  const told = tasks.map(async (task) => ({
    ...task,
    folder: folderOf(task),
    result: await store.result(job.id, task.index),
  }));
  return { ...job, tasks: await Promise.all(told) };
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
