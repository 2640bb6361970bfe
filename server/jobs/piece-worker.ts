/** Owns one process of a pool: starts it, gives it pieces and ends it. In the process that owns the pool. */

import type { ChildProcess } from "node:child_process";
import { fromPlainError } from "../../shared/errors.ts";
import { type ForkOptions, forkModule } from "../platform/fork-module.ts";
import { guardOrphan } from "../platform/orphan-guard.ts";
import { siblingUrl } from "../platform/threads.ts";
import type { FromPieceProcess, ToPieceProcess } from "./piece-protocol.ts";

/** How long a piece that is not wanted any more has to end by itself. */
const CANCEL_MS = 1000;

/** How a process ended that was to go on. */
export type PieceLoss = { readonly isLost: true; readonly how: string };

export type PieceTask = {
  readonly module: string;
  readonly input: unknown;
  readonly progressed: (progress: unknown) => void;
  readonly signal: AbortSignal;
};

export class PieceWorker {
  readonly #process: ChildProcess;
  /** Resolves with how it ended. */
  readonly ended: Promise<string>;
  #hasEnded = false;

  constructor(options: ForkOptions) {
    this.#process = forkModule(siblingUrl(import.meta.url, "./piece-process"), options);
    this.ended = this.#waitForEnd();
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Its number; null where it could not be started. */
  get pid(): number | null {
    return this.#process.pid ?? null;
  }

  /** Does a piece. Resolves with its result or with how the process was lost; rejects with what the piece rejected with. */
  async do({ module, input, progressed, signal }: PieceTask): Promise<PieceLoss | { readonly result: unknown }> {
    const child = this.#process;
    const { promise, resolve, reject } = Promise.withResolvers<PieceLoss | { readonly result: unknown }>();
    const receive = (message: FromPieceProcess): void => {
      if (message.kind === "progressed") progressed(message.progress);
      else if (message.kind === "done") resolve({ result: message.result });
      else reject(message.isMisuse ? new TypeError(message.error.message) : fromPlainError(message.error, "unknown"));
    };
    let killing: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      this.#send({ kind: "cancel" });
      killing = setTimeout(() => this.kill(), CANCEL_MS);
    };
    child.on("message", receive);
    signal.addEventListener("abort", cancel, { once: true });
    void this.ended.then((how) => resolve({ isLost: true, how }));
    this.#send({ kind: "begin", module, input });
    if (signal.aborted) cancel();
    try {
      return await promise;
    } finally {
      clearTimeout(killing);
      signal.removeEventListener("abort", cancel);
      child.off("message", receive);
    }
  }

  /** Ends it by force, whatever it does. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #send(message: ToPieceProcess): void {
    // A process that is gone is noticed by its end.
    if (this.#process.connected) this.#process.send(message, () => undefined);
  }

  async #waitForEnd(): Promise<string> {
    const child = this.#process;
    const kill = (): void => this.kill();
    process.once("exit", kill);
    const endGuard = child.pid === undefined ? null : guardOrphan(child.pid);
    const how = await new Promise<string>((resolve) => {
      child.once("exit", (code, signal) => resolve(signal === null ? `with exit code ${code}` : `by ${signal}`));
      child.once("error", (error) => {
        if (child.pid === undefined) resolve(`before it began: ${error.message}`);
      });
    });
    this.#hasEnded = true;
    process.off("exit", kill);
    // Before the number of the process is given to another; nothing would keep us here until it is gone.
    void endGuard?.();
    return how;
  }
}
