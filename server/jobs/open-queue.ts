/** Owns where jobs are kept: in a folder of this machine, or by a queue that several machines share. */

import { join, resolve } from "node:path";
import { stateFolder } from "../platform/state-folder.ts";
import { JobDatabase } from "./job-database.ts";
import type { JobQueue } from "./job-queue.ts";
import { LocalSource } from "./local-source.ts";
import { LocalStore } from "./local-store.ts";
import { isQueueAddress } from "./queue-address.ts";
import { TaskFolders } from "./task-folders.ts";

/** Where jobs are. `queue` is the address of a server of Redis, `redis://…`, for work across machines. */
export type JobPlace =
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "queue"; readonly url: string };

/** How long a process that writes is waited for. */
const BUSY_MS = 10_000;

/**
 * Opens what keeps the jobs. Rejects with `StreamError` "output-failed" or "input-failed" where that cannot be. Who waits for nobody, as a
 * server, gives a `busyMs` of its own.
 */
export async function openQueue(place: JobPlace, busyMs: number = BUSY_MS): Promise<JobQueue> {
  if (place.kind === "folder") return openFolder(place.folder, busyMs);
  // Its libraries are there for those alone who have one.
  const { openShared } = await import("./queue/open-shared.ts");
  return await openShared(place.url);
}

/** Where jobs are by what was asked for: by default in the user's own folder. Throws `TypeError` where that is no such place. */
export function placeOf({
  folder,
  queue,
}: {
  readonly folder: string | null;
  readonly queue: string | null;
}): JobPlace {
  if (queue === null) return { kind: "folder", folder: resolve(folder ?? usualJobsFolder()) };
  return { kind: "queue", url: queueAddress(queue) };
}

/** Throws `TypeError` for what is no address of a queue; it may have a password in it, so it is not repeated. */
export function queueAddress(text: string): string {
  if (!isQueueAddress(text)) {
    throw new TypeError("A queue must be an address like redis://host:6379.");
  }
  return text;
}

/** The user's own. Throws `TypeError` for a user without a folder. */
export function usualJobsFolder(): string {
  const state = stateFolder();
  if (state === null) throw new TypeError("This user has no folder for what is kept. Name one for jobs.");
  return join(state, "jobs");
}

/** What one folder keeps, with all that its process may ask of it. Throws `StreamError` as `openQueue` rejects. */
export type FolderQueue = JobQueue & { readonly source: LocalSource; readonly database: JobDatabase };

export function openFolder(folder: string, busyMs: number = BUSY_MS): FolderQueue {
  const database = new JobDatabase(join(folder, "jobs.sqlite"), busyMs);
  const folders = new TaskFolders(folder);
  const source = new LocalSource(database, folders);
  const store = new LocalStore(database, folders, () => source.handleChange());
  return { store, source, database, close: () => Promise.resolve(database.close()) };
}
