/** Owns one worker's process or thread, and the attempt that it is at. In the process of the runner. */

import { join, sep } from "node:path";
import type { Json } from "../../shared/custom-message.ts";
import { StreamError } from "../../shared/errors.ts";
import type { JobWork, TakenTask, TaskEnd, TaskNews } from "./job-queue.ts";
import { moduleOf } from "./kinds-of-work.ts";
import { type PieceOutcome, PieceWorker } from "./piece-worker.ts";
import { TaskLog } from "./task-log.ts";
import type { TaskPiece, TaskProgress } from "./task-piece.ts";
import type { WorkerKind } from "./worker-kind.ts";

/** `stopped`: it was ended by the runner, and says nothing about the task. */
export type AttemptEnd = TaskEnd | { readonly kind: "stopped" };

export type TaskAttempt = {
  readonly end: Promise<AttemptEnd>;
  /** How far it is. */
  readonly news: TaskNews;
  /** Nobody wants it any more. */
  cancel(): void;
};

export class TaskWorker {
  readonly #kind: WorkerKind;
  #worker: PieceWorker | null = null;
  /** What the worker has loaded; another script gets a worker of its own. */
  #loaded = "";
  #log: TaskLog | null = null;

  constructor(kind: WorkerKind) {
    this.#kind = kind;
  }

  /** One attempt at a time. */
  begin(task: TakenTask, signal: AbortSignal): TaskAttempt {
    const own = new AbortController();
    const state = { token: task.token, progress: 0, note: null as string | null };
    const progressed = ({ part, note }: TaskProgress): void => {
      state.progress = part;
      if (note !== null) state.note = note;
    };
    return {
      end: this.#attempt(task, AbortSignal.any([signal, own.signal]), progressed),
      get news() {
        return { ...state };
      },
      cancel: () => own.abort(),
    };
  }

  /** Idempotent. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    worker?.kill();
    await worker?.ended;
  }

  async #attempt(
    task: TakenTask,
    stopped: AbortSignal,
    progressed: (progress: TaskProgress) => void,
  ): Promise<AttemptEnd> {
    const { timeLimitSeconds: limit } = task;
    const late = limit === null ? null : AbortSignal.timeout(limit * 1000);
    try {
      const log = new TaskLog(task.folder);
      this.#log = log;
      const signal = late === null ? stopped : AbortSignal.any([stopped, late]);
      const { end, trace } = await this.#endOf(task, log, signal, progressed);
      const tooLong =
        late?.aborted === true && end.kind !== "done" ? `It took longer than ${limit} s, and was ended.` : null;
      await log.end(tooLong ?? trace);
      if (stopped.aborted && end.kind !== "done") return { kind: "stopped" };
      return tooLong === null ? end : { kind: "failed", error: tooLong };
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      return { kind: "failed", error: inFolder(error.message, task) };
    } finally {
      this.#log = null;
    }
  }

  /** JR2 of the runner; `trace` is what more there is to say on stderr. */
  async #endOf(
    task: TakenTask,
    { mark }: TaskLog,
    signal: AbortSignal,
    progressed: (progress: TaskProgress) => void,
  ): Promise<{ readonly end: TaskEnd; readonly trace: string | null }> {
    const { work, input, folder } = task;
    const piece: TaskPiece = { work, input, output: join(folder, "output") };
    const worker = await this.#workerFor(work);
    const told = (progress: unknown): void => progressed(progress as TaskProgress);
    try {
      const module = moduleOf(work.kind).href;
      const outcome = await worker.do({ module, input: piece, progressed: told, signal, mark });
      // One that was to stop may still do something.
      if ("isLost" in outcome || signal.aborted) await this.close();
      return endOf(outcome);
    } catch (error) {
      if (signal.aborted) await this.close();
      const [message, stack] = error instanceof Error ? [error.message, error.stack] : [String(error), undefined];
      return { end: { kind: "failed", error: inFolder(message, task) }, trace: stack ?? message };
    }
  }

  async #workerFor(work: JobWork): Promise<PieceWorker> {
    const loads = work.kind === "script" ? work.script : work.kind;
    if (this.#worker !== null && (this.#worker.hasEnded || this.#loaded !== loads)) await this.close();
    this.#loaded = loads;
    this.#worker ??= new PieceWorker(
      { env: {}, bytes: (stream, chunk) => this.#log?.handle(stream, chunk) },
      this.#kind,
    );
    return this.#worker;
  }
}

/** The folder of an attempt is gone afterwards, and nobody knows it. */
function inFolder(sentence: string, { folder }: TakenTask): string {
  return sentence.replaceAll(`${folder}${sep}`, "");
}

function endOf(outcome: PieceOutcome): { readonly end: TaskEnd; readonly trace: string | null } {
  if (!("isLost" in outcome)) return { end: { kind: "done", result: outcome.result as Json }, trace: null };
  const { how, exitCode } = outcome;
  if (exitCode === null) {
    const error = `The process that did it ended ${how}.`;
    return { end: { kind: "lost", error }, trace: error };
  }
  const error = `The task ended its own worker ${how}.`;
  return { end: { kind: "failed", error }, trace: error };
}
