/**
 * Owns doing tasks: so many workers side by side, each of which takes a task, does it and takes the next one. In the process of a command,
 * or of a worker of another machine.
 *
 * JR1 What a task does to its process, by a crash, a kill or an exit, is the end of that attempt alone.
 * JR2 A task that throws, exits or takes longer than it may has failed; one whose process is lost otherwise is given back as lost.
 * JR3 Who stops the runner has the tasks given back, and they count as not begun.
 */

import { randomInt } from "node:crypto";
import { hostname } from "node:os";
import { StreamError } from "../../shared/errors.ts";
import { RENEW_MS, type TakenTask, type TaskEnd, type TaskSource } from "./job-queue.ts";
import type { Policy } from "./policies.ts";
import { type TaskAttempt, TaskWorker } from "./task-worker.ts";
import type { WorkerKind } from "./worker-kind.ts";

export type JobRunnerOptions = {
  readonly source: TaskSource;
  /** Tasks at once, 1 or more. */
  readonly workers: number;
  readonly kind: WorkerKind;
  readonly policy: Policy;
  /** Ids where only those are wanted; null for all. */
  readonly jobs: readonly string[] | null;
  /** Whether no task will come any more, asked when none waits. */
  readonly isOver: () => Promise<boolean>;
  /** Told of each task when its attempt is over. */
  readonly ended?: (task: TakenTask, end: TaskEnd) => void;
  /** Hears, in a sentence, of what went wrong and was mended. */
  readonly said?: (sentence: string) => void;
  readonly signal: AbortSignal;
};

/** How long a worker that has nothing to do waits before it asks again whether others' tasks were lost. */
const IDLE_MS = 1_000;

export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #name = `${hostname()}-${process.pid}-${randomInt(1000)}`;
  readonly #running = new Set<TaskAttempt>();
  /** Aborted by who wants it to stop, and by the first failure of ours. */
  readonly #stop = new AbortController();

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /** Works until no task will come, or it is stopped. Rejects with `StreamError` where the queue cannot be read or written. */
  async run(): Promise<void> {
    const { signal, workers } = this.#options;
    const stop = (): void => this.#stop.abort();
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const renewing = setInterval(() => void this.#renew(), RENEW_MS);
    try {
      const all = Array.from({ length: workers }, () => this.#work());
      // Those that are at it still end before we do.
      const ends = await Promise.allSettled(all);
      const failure = ends.find((end) => end.status === "rejected");
      if (failure !== undefined) throw failure.reason;
    } finally {
      clearInterval(renewing);
      signal.removeEventListener("abort", stop);
    }
  }

  async #work(): Promise<void> {
    const { source, policy, jobs, kind } = this.#options;
    const worker = new TaskWorker(kind);
    try {
      while (!this.#stop.signal.aborted) {
        const task = await source.take({ worker: this.#name, policy, jobs });
        if (task !== null) await this.#do(worker, task);
        else if (await this.#options.isOver()) return;
        else await source.changed(IDLE_MS, this.#stop.signal);
      }
    } catch (error) {
      // JR3: the others' tasks are given back.
      this.#stop.abort();
      throw error;
    } finally {
      await worker.close();
    }
  }

  async #do(worker: TaskWorker, task: TakenTask): Promise<void> {
    const { source, ended } = this.#options;
    const attempt = worker.begin(task, this.#stop.signal);
    this.#running.add(attempt);
    try {
      const end = await attempt.end;
      if (end.kind === "stopped") return await source.release(task.token);
      // Nobody wants it, so it is nobody's news.
      if (await source.finish(task.token, end)) ended?.(task, end);
    } finally {
      this.#running.delete(attempt);
    }
  }

  /** JQ4 of the queue. */
  async #renew(): Promise<void> {
    const running = [...this.#running];
    if (running.length === 0) return;
    try {
      const unwanted = await this.#options.source.renew(running.map(({ news }) => news));
      for (const attempt of running) if (unwanted.includes(attempt.news.token)) attempt.cancel();
    } catch (error) {
      // The next one may do better; where none does, the tasks go to others.
      const reason = error instanceof StreamError ? error.message : String(error);
      this.#options.said?.(`How far tasks are could not be written down: ${reason}`);
    }
  }
}
