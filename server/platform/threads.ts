/** Owns how a worker thread is started, talked to and ended: typed messages, ready or failed first, a deadline on close. */

import { type MessagePort, parentPort, Worker } from "node:worker_threads";
import { Emitter } from "../../shared/emitter.ts";
import { fromPlainError, type PlainError, StreamError, type StreamErrorCode } from "../../shared/errors.ts";

/** The messages about a thread itself that every thread's union has. */
export type ThreadMessage = { readonly kind: "failed"; readonly error: PlainError } | { readonly kind: "closed" };

export type ThreadEvents<From> = {
  readonly messageReceived: From;
  /** The thread ended without being asked to. Nothing comes from it any more. */
  readonly ended: StreamError;
};

const CLOSE_DEADLINE_MS = 1000;

/** The URL of a thread's or process's file beside `base`, in the source (.ts) as in the build (.js). */
export function siblingUrl(base: string, name: string): URL {
  return new URL(`${name}${base.endsWith(".ts") ? ".ts" : ".js"}`, base);
}

/** A running thread, for the thread that started it. */
export class Thread<To, From extends { readonly kind: string }> extends Emitter<ThreadEvents<From>> {
  readonly #worker: Worker;
  readonly #fallback: StreamErrorCode;
  #closing: Promise<void> | null = null;
  #failure: StreamError | null = null;

  /** Starts the module at `url`. Errors that have no code of their own get `fallback`; `ports` are those in `workerData`. */
  constructor(
    url: URL,
    name: string,
    workerData: unknown,
    fallback: StreamErrorCode,
    ports: readonly MessagePort[] = [],
  ) {
    super();
    this.#fallback = fallback;
    this.#worker = new Worker(url, { workerData, name, stdout: false, stderr: false, transferList: [...ports] });
    this.#worker.on("message", (message: From | ThreadMessage) => this.#receive(message));
    this.#worker.on("error", (error) => {
      this.#failure ??= new StreamError(fallback, error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    });
    this.#worker.on("exit", (code) => {
      const sentence = `The ${name} ended unexpectedly, with exit code ${code}.`;
      if (this.#closing === null) this.emit("ended", this.#failure ?? new StreamError(fallback, sentence));
    });
  }

  post(message: To, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, [...transfer]);
  }

  /** Asks the thread to end by `message`, waits a second at most, then ends it. */
  close(message: To): Promise<void> {
    this.#closing ??= this.#close(message);
    return this.#closing;
  }

  async #close(message: To): Promise<void> {
    const exited = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()));
    this.post(message);
    let deadline: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      deadline = setTimeout(resolve, CLOSE_DEADLINE_MS);
    });
    await Promise.race([exited, late]);
    clearTimeout(deadline);
    await this.#worker.terminate();
  }

  #receive(message: From | ThreadMessage): void {
    if (message.kind === "failed") {
      this.#failure = fromPlainError((message as { error: PlainError }).error, this.#fallback);
      return;
    }
    this.emit("messageReceived", message as From);
  }
}

/** The other end: the port of the thread that runs this. Throws where there is none, as in the main thread. */
export function threadPort(): NonNullable<typeof parentPort> {
  if (parentPort === null) throw new Error("This module runs in a worker thread only.");
  return parentPort;
}

/** Measures this thread's processor time: each call gives the milliseconds since the call before, 0 where Node cannot. */
export function cpuMeter(): () => number {
  const read = (): number => {
    const usage = process.threadCpuUsage?.() ?? { user: 0, system: 0 };
    return (usage.user + usage.system) / 1000;
  };
  let last = read();
  return () => {
    const total = read();
    const spent = total - last;
    last = total;
    return spent;
  };
}
