/**
 * Owns how the tasks of a folder of this machine are handed out to any number of processes (job-queue.ts). A holder of this machine that
 * is gone is noticed at once, one of another container by its silence.
 */

import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { StreamError } from "../../shared/errors.ts";
import { mayLive, processMark } from "../platform/process-mark.ts";
import type { JobDatabase, Row } from "./job-database.ts";
import { LEASE_MS, type TakenTask, type TaskEnd, type TaskNews, type TaskSource, type TaskWish } from "./job-queue.ts";
import { inputOf, workOf } from "./job-rows.ts";
import { closeJobs } from "./local-store.ts";
import { shortened } from "./new-job.ts";
import { nextJob, type WaitingJob } from "./policies.ts";
import type { TaskFolders } from "./task-folders.ts";

/** How often others' changes are looked for. */
const LOOK_MS = 100;
/** A holder of another machine, of which nobody here can say whether it lives. */
const remote = "remote";

export class LocalSource implements TaskSource {
  readonly #database: JobDatabase;
  readonly #folders: TaskFolders;
  readonly #me = `${processMark()}-${randomBytes(4).toString("hex")}`;
  /** Counts what this process itself changed. */
  #changes = 0;
  #isSwept = false;

  constructor(database: JobDatabase, folders: TaskFolders) {
    this.#database = database;
    this.#folders = folders;
  }

  /** Tasks may have come to wait. */
  handleChange(): void {
    this.#changes += 1;
  }

  take(wish: TaskWish): Promise<TakenTask | null> {
    return this.#take(wish, this.#me);
  }

  /** For a worker of another machine. */
  takeRemote(wish: TaskWish): Promise<TakenTask | null> {
    return this.#take(wish, `${remote}-${randomBytes(4).toString("hex")}`);
  }

  /** A task by who has it; null where it is nobody's, or not that one's. */
  held(token: string): Omit<TakenTask, "folder"> | null {
    const row = this.#rowOf(token);
    return row === undefined ? null : takenOf(token, String(row["job"]), row);
  }

  /** Since when nothing was heard of who has it, in milliseconds since the epoch; null as above. */
  heardAt(token: string): number | null {
    const row = this.#database.first("SELECT renewedAt FROM tasks WHERE token = ?", token);
    return row === undefined ? null : Number(row["renewedAt"]);
  }

  /** Whoever of other machines had a task could not be heard of until now. */
  forgiveRemote(): void {
    this.#database.run(
      `UPDATE tasks SET renewedAt = ? WHERE state = 'running' AND holder LIKE '${remote}-%'`,
      Date.now(),
    );
  }

  /** How many tasks wait, those of them that were lost. */
  waiting(): number {
    this.#takeFromLost();
    return Number(this.#database.first("SELECT total(waiting) AS count FROM jobs WHERE isOpen = 1")?.["count"]);
  }

  async #take(wish: TaskWish, holder: string): Promise<TakenTask | null> {
    this.#sweep();
    this.#takeFromLost();
    const token = randomBytes(16).toString("hex");
    const taken = this.#database.write(() => this.#claim(token, wish, holder));
    if (taken === null) return null;
    try {
      return await Promise.resolve({ ...taken, folder: this.#folders.makeDraft(token) });
    } catch (error) {
      await this.release(token);
      throw error;
    }
  }

  async renew(news: readonly TaskNews[]): Promise<readonly string[]> {
    const unwanted = this.#database.write(() =>
      news.filter(({ token, progress, note }) => {
        const sql = "UPDATE tasks SET renewedAt = ?, progress = ?, note = ? WHERE token = ?";
        const words = note === null ? null : shortened(note);
        return this.#database.run(sql, Date.now(), progress, words, token).changes === 0;
      }),
    );
    return await Promise.resolve(unwanted.map(({ token }) => token));
  }

  async finish(token: string, end: TaskEnd): Promise<boolean> {
    let isOurs: boolean;
    try {
      isOurs = this.#end(token, end);
    } catch (error) {
      if (!(error instanceof StreamError && error.code === "output-failed")) throw error;
      // It may be what the task itself wrote that has filled the disk.
      this.#folders.removeDraft(token);
      this.#folders.makeDraft(token);
      isOurs = this.#end(token, end.kind === "done" ? { kind: "failed", error: error.message } : end);
    }
    // JQ3: what did not get its place goes.
    this.#folders.removeDraft(token);
    this.handleChange();
    return await Promise.resolve(isOurs);
  }

  async release(token: string): Promise<void> {
    this.#database.run(
      `UPDATE tasks SET state = 'waiting', token = NULL, holder = NULL, progress = 0, note = NULL, attempts = attempts - 1
        WHERE token = ?`,
      token,
    );
    this.#folders.removeDraft(token);
    this.handleChange();
    await Promise.resolve();
  }

  async changed(maxMs: number, signal: AbortSignal): Promise<void> {
    const until = performance.now() + maxMs;
    const [version, changes] = [this.#database.version, this.#changes];
    while (performance.now() < until && !signal.aborted) {
      await delay(Math.min(LOOK_MS, maxMs), undefined, { signal }).catch(() => undefined);
      if (this.#changes !== changes || this.#database.version !== version) return;
    }
  }

  #claim(token: string, { worker, policy, jobs }: TaskWish, holder: string): Omit<TakenTask, "folder"> | null {
    const rows = this.#database.all(
      "SELECT id, takenAt, running FROM jobs WHERE isOpen = 1 AND waiting > 0 ORDER BY id",
    );
    const waiting = rows.map(waitingOf).filter(({ id }) => jobs?.includes(id) ?? true);
    const id = nextJob(waiting, policy);
    if (id === null) return null;
    const now = Date.now();
    this.#database.run(
      `UPDATE tasks SET state = 'running', attempts = attempts + 1, worker = ?, token = ?, holder = ?, startedAt = ?,
        renewedAt = ?, progress = 0, note = NULL WHERE job = ?
        AND number = (SELECT min(number) FROM tasks WHERE job = ? AND state = 'waiting')`,
      ...[worker, token, holder, now, now, Number(id), Number(id)],
    );
    this.#database.run(
      `UPDATE jobs SET startedAt = coalesce(startedAt, ?), takenAt = (SELECT max(takenAt) FROM jobs) + 1 WHERE id = ?`,
      ...[now, Number(id)],
    );
    const row = this.#rowOf(token);
    return row === undefined ? null : takenOf(token, id, row);
  }

  #rowOf(token: string): Row | undefined {
    return this.#database.first(
      `SELECT tasks.job, jobs.name, jobs.work, jobs.timeLimit, tasks.number, tasks.attempts, tasks.input
        FROM tasks JOIN jobs ON jobs.id = tasks.job WHERE tasks.token = ?`,
      token,
    );
  }

  #end(token: string, end: TaskEnd): boolean {
    return this.#database.write(() => {
      const row = this.#database.first("SELECT job, number FROM tasks WHERE token = ?", token);
      if (row === undefined) return false;
      if (end.kind === "lost") this.#giveUp(token, end.error);
      else this.#settle(token, row, end);
      return true;
    });
  }

  #settle(token: string, row: Row, end: Exclude<TaskEnd, { readonly kind: "lost" }>): void {
    const [result, error] = end.kind === "done" ? [JSON.stringify(end.result), null] : [null, shortened(end.error)];
    this.#folders.settle(token, String(row["job"]), Number(row["number"]));
    this.#database.run(
      `UPDATE tasks SET state = ?, result = ?, error = ?, endedAt = ?, token = NULL, holder = NULL,
        progress = CASE WHEN ? = 'done' THEN 1 ELSE progress END WHERE token = ?`,
      ...[end.kind, result, error, Date.now(), end.kind, token],
    );
    closeJobs(this.#database, Number(row["job"]));
  }

  /** JQ2. Inside of a write. */
  #giveUp(token: string, error: string): void {
    const row = this.#database.first(
      "SELECT job, number, attempts, maxAttempts FROM tasks JOIN jobs ON jobs.id = tasks.job WHERE token = ?",
      token,
    );
    if (row === undefined) return;
    if (Number(row["attempts"]) >= Number(row["maxAttempts"])) {
      const times = `${error} It was begun ${row["attempts"]} times.`;
      // Who had it may not even have come to that; what it printed is kept.
      this.#folders.makeDraft(token);
      return this.#settle(token, row, { kind: "failed", error: times });
    }
    this.#database.run(
      `UPDATE tasks SET state = 'waiting', token = NULL, holder = NULL, progress = 0, note = NULL, error = ? WHERE token = ?`,
      ...[shortened(error), token],
    );
  }

  /** JQ2: of holders that are gone or silent. Those of this process itself say when they are lost. */
  #takeFromLost(): void {
    const running = this.#database.all(
      // In this order, or all tasks of all jobs are looked at.
      `SELECT token, holder, renewedAt FROM jobs CROSS JOIN tasks INDEXED BY taskStates ON tasks.job = jobs.id
        WHERE isOpen = 1 AND running > 0 AND state = 'running'`,
    );
    const lost = running.filter(
      ({ holder, renewedAt }) => holder !== this.#me && isLost(String(holder), Number(renewedAt)),
    );
    if (lost.length === 0) return;
    const tokens = lost.map(({ token }) => String(token));
    // First, as what they wrote may have filled the disk.
    for (const token of tokens) this.#folders.removeDraft(token);
    this.#database.write(() => {
      for (const token of tokens) this.#giveUp(token, "The process that did it is gone.");
    });
    this.handleChange();
  }

  #sweep(): void {
    if (this.#isSwept) return;
    this.#isSwept = true;
    const isKnown = (token: string): boolean =>
      this.#database.first("SELECT 1 FROM tasks WHERE token = ?", token) !== undefined;
    this.#folders.sweep(isKnown);
  }
}

function isLost(holder: string, renewedAt: number): boolean {
  const mark = holder.slice(0, holder.lastIndexOf("-"));
  return mayLive(mark) === false || Date.now() - renewedAt > LEASE_MS;
}

function waitingOf(row: Row): WaitingJob {
  return { id: String(row["id"]), running: Number(row["running"]), takenAt: Number(row["takenAt"]) };
}

function takenOf(token: string, id: string, row: Row): Omit<TakenTask, "folder"> {
  const limit = row["timeLimit"];
  return {
    token,
    job: { id, name: String(row["name"]) },
    index: Number(row["number"]),
    attempt: Number(row["attempts"]),
    work: workOf(row["work"]),
    input: inputOf(row["input"]),
    timeLimitSeconds: typeof limit === "number" ? limit : null,
  };
}
