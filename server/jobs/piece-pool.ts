/**
 * Owns a pool of processes or threads that do pieces of work side by side. In the process that has the work.
 *
 * JP1 A piece whose process is lost, by a crash or a kill, is begun again in another; after `maxAttempts` losses in a row it is given up.
 * JP2 What a piece rejects with is passed on at once: it would come again.
 * JP3 A piece is begun in the order in which it was asked for.
 */

import { StreamError } from "../../shared/errors.ts";
import { Queue } from "../platform/queue.ts";
import { type PieceOutcome, type PieceTask, PieceWorker } from "./piece-worker.ts";
import type { WorkerKind } from "./worker-kind.ts";

const USUAL_ATTEMPTS = 3;

export type PiecePoolOptions = {
  /** The module whose `work` does the pieces (piece-protocol.ts). */
  readonly module: URL;
  /** Processes or threads at once, 1 or more. */
  readonly workers: number;
  /** Default processes. */
  readonly kind?: WorkerKind;
  /** What to add to the environment of the processes. Default nothing. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether each piece has a process of its own, or one does several one after another. Default `"fresh"`. */
  readonly processes?: "fresh" | "kept";
  /** How often a piece is begun at most, 1 or more. Default 3. */
  readonly maxAttempts?: number;
  /** Called with each line that a process prints. Default nobody hears it. */
  readonly printed?: (line: string) => void;
  /** Told of a process that was lost while it did a piece, which is begun again. */
  readonly lost?: (sentence: string) => void;
};

export type PieceOptions<Progress> = {
  readonly progressed?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
  /** Told when it is begun, with the number of the process; again when it is begun again. */
  readonly begun?: (pid: number | null) => void;
};

export class PiecePool<Input, Progress, Result> {
  readonly #options: PiecePoolOptions;
  readonly #idle: PieceWorker[] = [];
  readonly #busy = new Set<PieceWorker>();
  /** What waits for a place. */
  readonly #waiting = new Queue<() => void>();
  #places: number;
  #closed = false;

  constructor(options: PiecePoolOptions) {
    this.#options = options;
    this.#places = options.workers;
  }

  /** Does a piece when its turn comes. Rejects with what it rejects with, `StreamError` "piece-lost" (JP1), or "closed". */
  async run(input: Input, { progressed, signal, begun }: PieceOptions<Progress> = {}): Promise<Result> {
    await this.#takePlace();
    try {
      const wanted = signal ?? new AbortController().signal;
      for (let losses = 1; ; losses += 1) {
        this.#checkOpen(wanted);
        // One that goes on from earlier pieces has done what came before the first try alone.
        const worker = (losses === 1 ? this.#idle.pop() : undefined) ?? this.#startWorker();
        begun?.(worker.pid);
        const told = (progress: unknown): void => progressed?.(progress as Progress);
        const task = { module: this.#options.module.href, input, progressed: told, signal: wanted };
        const outcome = await this.#doBy(worker, task).catch((error: unknown) => {
          // Whatever it says when it is stopped.
          this.#checkOpen(wanted);
          throw error;
        });
        if (!("isLost" in outcome)) return outcome.result as Result;
        this.#checkOpen(wanted);
        this.#handleLoss(outcome.how, losses);
      }
    } finally {
      this.#givePlace();
    }
  }

  /** Ends all processes, by force. What was asked for rejects with "closed". Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    for (let go = this.#waiting.take(); go !== undefined; go = this.#waiting.take()) go();
    const workers = [...this.#idle, ...this.#busy];
    for (const worker of workers) worker.kill();
    await Promise.all(workers.map(({ ended }) => ended));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #startWorker(): PieceWorker {
    const { env = {}, printed = () => undefined, kind } = this.#options;
    return new PieceWorker({ env, printed }, kind);
  }

  async #doBy(worker: PieceWorker, task: PieceTask): Promise<PieceOutcome> {
    this.#busy.add(worker);
    let isKept = false;
    try {
      const outcome = await worker.do(task);
      isKept = this.#options.processes === "kept" && !("isLost" in outcome) && !task.signal.aborted;
      return outcome;
    } finally {
      this.#busy.delete(worker);
      if (isKept && !this.#closed) this.#idle.push(worker);
      else worker.kill();
    }
  }

  /** JP1 */
  #handleLoss(how: string, losses: number): void {
    if (losses >= (this.#options.maxAttempts ?? USUAL_ATTEMPTS)) {
      const sentence = `The process that did a piece of the work ended ${how}, ${losses} times in a row.`;
      throw new StreamError("piece-lost", sentence);
    }
    this.#options.lost?.(`A process that did a piece of the work ended ${how}. The piece is done again.`);
  }

  #checkOpen(signal: AbortSignal): void {
    if (this.#closed || signal.aborted) throw new StreamError("closed", "The work was stopped.");
  }

  /** JP3 */
  async #takePlace(): Promise<void> {
    if (this.#places > 0) this.#places -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #givePlace(): void {
    const next = this.#waiting.take();
    if (next === undefined) this.#places += 1;
    else next();
  }
}
