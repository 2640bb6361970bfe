/** Owns opening what one folder keeps of jobs: its database and the files of its tasks. */

import { join } from "node:path";
import { JobDatabase } from "./job-database.ts";
import type { JobQueue } from "./job-queue.ts";
import { LocalSource } from "./local-source.ts";
import { LocalStore } from "./local-store.ts";
import { TaskFolders } from "./task-folders.ts";

/** How long a process that writes is waited for. */
const BUSY_MS = 10_000;

/** What one folder keeps, with all that its process may ask of it. Throws `StreamError` as `openQueue` rejects. */
export type FolderQueue = JobQueue & { readonly source: LocalSource; readonly database: JobDatabase };

export function openFolder(folder: string, busyMs: number = BUSY_MS): FolderQueue {
  const database = new JobDatabase(join(folder, "jobs.sqlite"), busyMs);
  const folders = new TaskFolders(folder);
  const source = new LocalSource(database, folders);
  const store = new LocalStore(database, folders, () => source.handleChange());
  return { store, source, database, close: () => Promise.resolve(database.close()) };
}
