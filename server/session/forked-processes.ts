/** Owns the process of a scene on this machine: forked by the main process, which it does not outlive. */

import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { forkModule } from "../platform/fork-module.ts";
import { guardOrphan } from "../platform/orphan-guard.ts";
import { memoryEnvironment } from "../platform/process-memory.ts";
import { siblingUrl } from "../platform/threads.ts";
import { type GlBackend, glBackends } from "./gl-backend.ts";
import type { ProcessEnd, ProcessOptions, ProcessPort, SceneProcess } from "./process-port.ts";
import type { FromSession, ToSession } from "./session-protocol.ts";

export type ForkedProcessesOptions = {
  /** The module that runs as the process. Default: that of the pipeline. */
  readonly url?: URL;
  /** Default: those of this machine. */
  readonly backends?: readonly GlBackend[];
};

/** How long a process that hung up has to end. */
const HANG_UP_DEADLINE_MS = 1_000;
/** How long the pipes of a process that ended may still have something to read. */
const DRAIN_MS = 300;

/** Runs the processes of scenes on this machine. */
export function forkedProcesses({ url, backends }: ForkedProcessesOptions = {}): ProcessPort {
  const module = url ?? siblingUrl(import.meta.url, "../pipeline/scene-process");
  return { backends: backends ?? glBackends(), start: (options) => new ForkedProcess(module, options) };
}

class ForkedProcess implements SceneProcess {
  readonly ended: Promise<ProcessEnd>;
  readonly #process: ChildProcess;

  constructor(module: URL, { env, received, printed }: ProcessOptions) {
    this.#process = forkModule(module, { env: { ...memoryEnvironment(), ...env }, printed });
    this.#process.on("message", (message) => received(message as FromSession));
    this.ended = this.#waitForEnd();
  }

  get pid(): number | null {
    return this.#process.pid ?? null;
  }

  send(message: ToSession, taken: () => void): boolean {
    if (!this.#process.connected) return false;
    this.#process.send(message, taken);
    return true;
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  async #waitForEnd(): Promise<ProcessEnd> {
    const child = this.#process;
    const kill = (): void => this.kill();
    process.once("exit", kill);
    const endGuard = child.pid === undefined ? null : guardOrphan(child.pid);
    // "exit" may come before the last messages and lines were read, "close" after them, but never if a process that
    // the scene started holds the pipes.
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const failure = await new Promise<Error | null>((resolve) => {
      child.once("exit", () => resolve(null));
      child.once("error", (error) => {
        if (child.pid === undefined) resolve(error);
      });
      // A process that hung up is of no more use.
      child.once("disconnect", () => void delay(HANG_UP_DEADLINE_MS, undefined, { ref: false }).then(kill));
    });
    const drained = new AbortController();
    const deadline = delay(DRAIN_MS, undefined, { signal: drained.signal }).catch(() => undefined);
    // Before the number of the process is given to another.
    await endGuard?.();
    if (failure === null) await Promise.race([closed, deadline]);
    drained.abort();
    process.off("exit", kill);
    if (failure !== null) return { kind: "not-started", cause: failure };
    const { exitCode, signalCode } = child;
    return signalCode === null ? { kind: "exited", exitCode: exitCode ?? 0 } : { kind: "killed", signal: signalCode };
  }
}
