/**
 * Owns the process or the thread in which pieces are done: how it is started, spoken with and ended. A process has memory and native
 * libraries of its own, and a crash in it ends nothing else; a thread is there sooner. In the process that has the work.
 */

import type { ChildProcess } from "node:child_process";
import { Worker } from "node:worker_threads";
import { childEnvironment } from "../platform/child-environment.ts";
import { type ForkOptions, forkModule } from "../platform/fork-module.ts";
import { guardOrphan } from "../platform/orphan-guard.ts";
import { followPrinted } from "../platform/printed-lines.ts";
import { siblingUrl } from "../platform/threads.ts";
import type { FromPieceProcess, ToPieceProcess } from "./piece-protocol.ts";
import type { WorkerKind } from "./worker-kind.ts";

/** How it ended. It did so itself where there is an exit code. */
export type CarrierEnd = { readonly how: string; readonly exitCode: number | null };

export type PieceCarrier = {
  /** Null for a thread, and for a process that could not be started. */
  readonly pid: number | null;
  readonly ended: Promise<CarrierEnd>;
  send(message: ToPieceProcess): void;
  /** Ends it by force, whatever it does. */
  kill(): void;
};

/** Those that go with this process. */
const living = new Set<ChildProcess>();
let isListening = false;

type Received = (message: FromPieceProcess) => void;

export function startCarrier(kind: WorkerKind, options: ForkOptions, received: Received): PieceCarrier {
  return kind === "threads" ? startThread(options, received) : startProcess(options, received);
}

function startProcess(options: ForkOptions, received: Received): PieceCarrier {
  const child = forkModule(siblingUrl(import.meta.url, "./piece-process"), options);
  child.on("message", received);
  const kill = (): void => void child.kill("SIGKILL");
  if (!isListening) process.once("exit", () => living.forEach((one) => void one.kill("SIGKILL")));
  isListening = true;
  living.add(child);
  const endGuard = child.pid === undefined ? null : guardOrphan(child.pid);
  const { promise, resolve } = Promise.withResolvers<CarrierEnd>();
  child.once("exit", (exitCode, signal) => {
    resolve({ how: signal === null ? `with exit code ${exitCode}` : `by ${signal}`, exitCode });
  });
  child.once("error", (error) => {
    if (child.pid === undefined) resolve({ how: `before it began: ${error.message}`, exitCode: null });
  });
  void promise.then(() => {
    living.delete(child);
    // Before the number of the process is given to another; nothing would keep us here until it is gone.
    void endGuard?.();
  });
  const send = (message: ToPieceProcess): void => {
    // A process that is gone is noticed by its end.
    if (child.connected) child.send(message, () => undefined);
  };
  return { pid: child.pid ?? null, ended: promise, send, kill };
}

function startThread({ env, ...printed }: ForkOptions, received: Received): PieceCarrier {
  const url = siblingUrl(import.meta.url, "./piece.worker");
  const worker = new Worker(url, { name: "piece", env: { ...childEnvironment(), ...env }, stdout: true, stderr: true });
  followPrinted(worker, printed);
  worker.on("message", received);
  const { promise, resolve } = Promise.withResolvers<CarrierEnd>();
  let failure = "";
  worker.on("error", (error) => {
    failure = `: ${error instanceof Error ? error.message : String(error)}`;
  });
  worker.once("exit", (exitCode) => resolve({ how: `with exit code ${exitCode}${failure}`, exitCode }));
  const kill = (): void => void worker.terminate();
  return { pid: null, ended: promise, send: (message) => worker.postMessage(message), kill };
}
