/** Owns what people do with the jobs of a folder of this machine (job-queue.ts). Any number of processes may do so at once. */

import { copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Json } from "../../shared/custom-message.ts";
import { StreamError } from "../../shared/errors.ts";
import { type JobInfo, MAX_TASKS, type TaskFile, type TaskInfo } from "../../shared/jobs.ts";
import { diskWords } from "../platform/disk-words.ts";
import { makeFolder } from "../platform/made-folder.ts";
import { labelOf } from "./input-label.ts";
import type { JobDatabase } from "./job-database.ts";
import type { JobStore, NewJob, TaskRange } from "./job-queue.ts";
import { jobColumns, jobOf, resultOf, taskOf } from "./job-rows.ts";
import { checkJob } from "./new-job.ts";
import type { TaskFolders } from "./task-folders.ts";

const MAX_LISTED = 1000;
/** JB1 */
const isLeft = "waiting + running > 0";

export class LocalStore implements JobStore {
  readonly #database: JobDatabase;
  readonly #folders: TaskFolders;
  readonly #changed: () => void;

  /** `changed` is called when tasks may have come to wait. */
  constructor(database: JobDatabase, folders: TaskFolders, changed: () => void) {
    this.#database = database;
    this.#folders = folders;
    this.#changed = changed;
  }

  async add(job: NewJob): Promise<string> {
    checkJob(job);
    const { name, work, inputs, maxAttempts, timeLimitSeconds } = job;
    const id = this.#database.write(() => {
      const { lastId } = this.#database.run(
        "INSERT INTO jobs (name, kind, work, addedAt, maxAttempts, timeLimit) VALUES (?, ?, ?, ?, ?, ?)",
        ...[name, work.kind, JSON.stringify(work), Date.now(), maxAttempts, timeLimitSeconds],
      );
      for (const [index, input] of inputs.entries()) {
        const values = [lastId, index, labelOf(input, work.kind), JSON.stringify(input)];
        this.#database.run("INSERT INTO tasks (job, number, label, input) VALUES (?, ?, ?, ?)", ...values);
      }
      return lastId;
    });
    this.#changed();
    return await Promise.resolve(String(id));
  }

  async list({ archived }: { readonly archived: boolean }): Promise<readonly JobInfo[]> {
    const rows = this.#database.all(
      `SELECT ${jobColumns} FROM jobs WHERE isArchived <= ? ORDER BY id DESC LIMIT ${MAX_LISTED}`,
      Number(archived),
    );
    return await Promise.resolve(rows.map(jobOf));
  }

  async job(id: string): Promise<JobInfo | null> {
    const row = this.#database.first(`SELECT ${jobColumns} FROM jobs WHERE id = ?`, numberOf(id));
    return await Promise.resolve(row === undefined ? null : jobOf(row));
  }

  async tasks(id: string, { first, count }: TaskRange = { first: 0, count: MAX_TASKS }): Promise<readonly TaskInfo[]> {
    const rows = this.#database.all(
      `SELECT number, label, state, attempts, progress, note, worker, startedAt, endedAt, error FROM tasks
        WHERE job = ? AND number >= ? ORDER BY number LIMIT ?`,
      ...[numberOf(id), first, count],
    );
    return await Promise.resolve(rows.map(taskOf));
  }

  async cancel(id: string): Promise<boolean> {
    const cancelled = this.#database.write(() => {
      const { changes } = this.#database.run(
        `UPDATE tasks SET state = 'cancelled', token = NULL, holder = NULL, endedAt = ?
          WHERE job = ? AND state IN ('waiting', 'running')`,
        ...[Date.now(), numberOf(id)],
      );
      if (changes > 0) closeJobs(this.#database, id);
      return changes > 0;
    });
    return await Promise.resolve(cancelled);
  }

  async archive(id: string, isArchived: boolean): Promise<boolean> {
    const sql = `UPDATE jobs SET isArchived = ? WHERE id = ? AND NOT (${isLeft})`;
    return await Promise.resolve(this.#database.run(sql, Number(isArchived), numberOf(id)).changes > 0);
  }

  async retry(id: string): Promise<boolean> {
    const again = this.#database.write(() => {
      const bad = this.#database.all(
        "SELECT number FROM tasks WHERE job = ? AND state IN ('failed', 'cancelled')",
        numberOf(id),
      );
      if (bad.length === 0) return false;
      this.#database.run(
        `UPDATE tasks SET state = 'waiting', attempts = 0, progress = 0, note = NULL, worker = NULL, startedAt = NULL,
          endedAt = NULL, error = NULL WHERE job = ? AND state IN ('failed', 'cancelled')`,
        numberOf(id),
      );
      this.#database.run("UPDATE jobs SET isOpen = 1, endedAt = NULL, isArchived = 0 WHERE id = ?", numberOf(id));
      for (const { number } of bad) this.#folders.removeTask(String(numberOf(id)), Number(number));
      return true;
    });
    this.#changed();
    return await Promise.resolve(again);
  }

  async remove(id: string): Promise<boolean> {
    const sql = `DELETE FROM jobs WHERE id = ? AND NOT (${isLeft})`;
    const isGone = this.#database.run(sql, numberOf(id)).changes > 0;
    if (isGone) this.#folders.removeJob(String(numberOf(id)));
    return await Promise.resolve(isGone);
  }

  async files(id: string, index: number): Promise<readonly TaskFile[]> {
    return await Promise.resolve(this.#isOver(id, index) ? this.#folders.list(id, index) : []);
  }

  async fileAt(id: string, index: number, path: string): Promise<string | null> {
    return await Promise.resolve(this.#isOver(id, index) ? this.#folders.find(id, index, path) : null);
  }

  async fetch(id: string, index: number, files: readonly TaskFile[], folder: string): Promise<void> {
    for (const { path } of files) {
      const from = await this.fileAt(id, index, path);
      if (from === null) throw new StreamError("input-failed", `There is no file ${path} any more.`);
      const to = join(folder, path);
      try {
        await makeFolder(dirname(to));
        await copyFile(from, to);
      } catch (error) {
        throw diskWords(to, error);
      }
    }
  }

  async result(id: string, index: number): Promise<Json | undefined> {
    const row = this.#database.first(
      "SELECT result FROM tasks WHERE job = ? AND number = ? AND state = 'done'",
      ...[numberOf(id), index],
    );
    return await Promise.resolve(row === undefined ? undefined : resultOf(row["result"]));
  }

  #isOver(id: string, index: number): boolean {
    const sql = "SELECT state FROM tasks WHERE job = ? AND number = ?";
    const state = this.#database.first(sql, numberOf(id), index)?.["state"];
    return state === "done" || state === "failed";
  }
}

/** Notes that a job is over where it is. Inside of a write. */
export function closeJobs(database: JobDatabase, id: string | number): void {
  const sql = `UPDATE jobs SET isOpen = 0, endedAt = ? WHERE id = ? AND isOpen = 1 AND NOT (${isLeft})`;
  database.run(sql, Date.now(), Number(id));
}

/** The number of a job; that of none for what is not written as we write it. */
function numberOf(id: string): number {
  return /^[1-9]\d{0,14}$/.test(id) ? Number(id) : -1;
}
