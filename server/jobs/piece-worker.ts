/** Owns giving pieces to one process or thread, and what becomes of each. In the process that has the work. */

import { fromPlainError } from "../../shared/errors.ts";
import type { ForkOptions } from "../platform/fork-module.ts";
import type { ChildEnding } from "../platform/owned-child.ts";
import { type PieceCarrier, startCarrier } from "./piece-carrier.ts";
import type { FromPieceProcess } from "./piece-protocol.ts";
import type { WorkerKind } from "./worker-kind.ts";

/** How long a piece that is not wanted any more has to end by itself. */
const CANCEL_MS = 1000;

/** How a process or thread ended that was to go on. */
export type PieceLoss = { readonly isLost: true } & ChildEnding;
export type PieceOutcome = PieceLoss | { readonly result: unknown };

export type PieceTask = {
  readonly module: string;
  readonly input: unknown;
  readonly progressed: (progress: unknown) => void;
  readonly signal: AbortSignal;
  /** Written to both outputs when it is over. Default nothing. */
  readonly mark?: string;
};

export class PieceWorker {
  readonly #carrier: PieceCarrier;
  #received: (message: FromPieceProcess) => void = () => undefined;
  #hasEnded = false;

  constructor(options: ForkOptions, kind: WorkerKind = "processes") {
    this.#carrier = startCarrier(kind, options, (message) => this.#received(message));
    void this.ended.then(() => {
      this.#hasEnded = true;
    });
  }

  get ended(): Promise<ChildEnding> {
    return this.#carrier.ended;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The number of its process; null for a thread, and where it could not be started. */
  get pid(): number | null {
    return this.#carrier.pid;
  }

  /** Does a piece. Resolves with its result or with how its process was lost; rejects with what the piece rejected with. */
  async do({ module, input, progressed, signal, mark }: PieceTask): Promise<PieceOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<PieceOutcome>();
    this.#received = (message) => {
      if (message.kind === "progressed") progressed(message.progress);
      else if (message.kind === "done") resolve({ result: message.result });
      else reject(message.isMisuse ? misuse(message.error) : fromPlainError(message.error, "unknown"));
    };
    let killing: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      this.#carrier.send({ kind: "cancel" });
      killing = setTimeout(() => this.kill(), CANCEL_MS);
    };
    signal.addEventListener("abort", cancel, { once: true });
    void this.ended.then((end) => resolve({ isLost: true, ...end }));
    this.#carrier.send({ kind: "begin", module, input, mark: mark ?? null });
    if (signal.aborted) cancel();
    try {
      return await promise;
    } finally {
      clearTimeout(killing);
      signal.removeEventListener("abort", cancel);
      this.#received = () => undefined;
    }
  }

  /** Ends it by force, whatever it does. */
  kill(): void {
    this.#carrier.kill();
  }
}

function misuse({ message, stack }: Extract<FromPieceProcess, { readonly kind: "failed" }>["error"]): TypeError {
  const error = new TypeError(message);
  if (stack !== null) error.stack = stack;
  return error;
}
