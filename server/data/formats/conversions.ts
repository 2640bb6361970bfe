/**
 * Owns the thread on which arrays are converted, and how much may wait for it: what is converted lies in memory whole, and that is
 * bounded. One for all rooms, in the main process, which does not wait for it.
 */

import type { Piscina } from "piscina";
import { fromPlainError, StreamError, toPlainError } from "../../../shared/errors.ts";
import { siblingUrl } from "../../platform/threads.ts";
import type { ConversionTask, ConvertedArray } from "./conversion-protocol.ts";

/** The most bytes that one conversion takes, before and after. */
export const MAX_CONVERTED_BYTES: number = 256 * 2 ** 20;
/** The same of all together, waiting ones included. */
const MAX_WAITING_BYTES = 2 * MAX_CONVERTED_BYTES;
/** A thread without work goes, with its libraries. */
const IDLE_MS = 10_000;
/** The largest that is converted takes two seconds. What a hostile table makes of its reader ends then, with the thread. */
const DEADLINE_MS = 10_000;

export class Conversions {
  readonly #deadlineMs: number;
  #pool: Promise<Piscina<ConversionTask, ConvertedArray>> | null = null;
  #waitingBytes = 0;
  readonly #waiting: { readonly bytes: number; readonly begin: () => void }[] = [];

  constructor(deadlineMs: number = DEADLINE_MS) {
    this.#deadlineMs = deadlineMs;
  }

  /**
   * Waits for its turn to hold so many bytes; gives what ends that. Rejects where `signal` gives up, with `TypeError` where it is too much
   * for ever. `name` is what errors call it.
   */
  async hold(name: string, bytes: number, signal?: AbortSignal): Promise<() => void> {
    if (bytes > MAX_CONVERTED_BYTES) {
      const most = MAX_CONVERTED_BYTES / 2 ** 20;
      throw new TypeError(`${name} must be at most ${most} MiB where it is converted; send it as the scene takes it.`);
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const place = { bytes, begin: resolve };
    const giveUp = (): void => {
      const at = this.#waiting.indexOf(place);
      if (at < 0) return;
      this.#waiting.splice(at, 1);
      reject(signal?.reason);
      this.#letIn();
    };
    signal?.throwIfAborted();
    signal?.addEventListener("abort", giveUp, { once: true });
    this.#waiting.push(place);
    this.#letIn();
    try {
      await promise;
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
    let isHeld = true;
    return () => {
      if (isHeld) this.#waitingBytes -= bytes;
      isHeld = false;
      this.#letIn();
    };
  }

  /** Converts. `task.bytes` is gone from here. Rejects with `TypeError` naming the rule, or `StreamError` "data-refused". */
  async run(task: ConversionTask): Promise<ConvertedArray> {
    this.#pool ??= startPool();
    const pool = await this.#pool;
    const deadline = AbortSignal.timeout(this.#deadlineMs);
    try {
      return await pool.run(task, { transferList: [task.bytes], signal: deadline });
    } catch (error) {
      if (error instanceof TypeError) throw error;
      if (deadline.aborted) throw new StreamError("data-refused", `${task.name} took too long to convert.`);
      throw fromPlainError(toPlainError(error), "data-refused");
    }
  }

  #letIn(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (this.#waitingBytes + first.bytes > MAX_WAITING_BYTES) return;
      this.#waitingBytes += first.bytes;
      this.#waiting.shift();
      first.begin();
    }
  }
}

/** Its library is loaded here, as most servers convert nothing. */
async function startPool(): Promise<Piscina<ConversionTask, ConvertedArray>> {
  const { Piscina } = await import("piscina");
  const pool = new Piscina<ConversionTask, ConvertedArray>({
    filename: siblingUrl(import.meta.url, "./conversion.worker").href,
    name: "convert",
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    // Of what tables say of themselves; the arrays are elsewhere.
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  pool.on("error", () => undefined);
  return pool;
}

/** Threads start with the first conversion and end by themselves, so nobody need close it. */
export const conversions: Conversions = new Conversions();
