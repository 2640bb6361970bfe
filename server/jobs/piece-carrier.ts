/**
 * Owns the process or the thread in which pieces are done: how it is started, spoken with and ended. A process has memory and native
 * libraries of its own, and a crash in it ends nothing else; a thread is there sooner. In the process that has the work.
 */

import { Worker } from "node:worker_threads";
import { childEnvironment } from "../platform/child-environment.ts";
import type { ForkOptions } from "../platform/fork-module.ts";
import { type ChildEnding, ownChild } from "../platform/owned-child.ts";
import { followPrinted } from "../platform/printed-lines.ts";
import { siblingUrl } from "../platform/threads.ts";
import type { FromPieceProcess, ToPieceProcess } from "./piece-protocol.ts";
import type { WorkerKind } from "./worker-kind.ts";

export type PieceCarrier = {
  /** Null for a thread, and for a process that could not be started. */
  readonly pid: number | null;
  readonly ended: Promise<ChildEnding>;
  send(message: ToPieceProcess): void;
  /** Ends it by force, whatever it does. */
  kill(): void;
};

type Received = (message: FromPieceProcess) => void;

export function startCarrier(kind: WorkerKind, options: ForkOptions, received: Received): PieceCarrier {
  if (kind === "threads") return startThread(options, received);
  const module = siblingUrl(import.meta.url, "./piece-process");
  return ownChild(module, options, (message) => received(message as FromPieceProcess));
}

function startThread({ env, ...printed }: ForkOptions, received: Received): PieceCarrier {
  const url = siblingUrl(import.meta.url, "./piece.worker");
  const worker = new Worker(url, { name: "piece", env: { ...childEnvironment(), ...env }, stdout: true, stderr: true });
  followPrinted(worker, printed);
  worker.on("message", received);
  const { promise, resolve } = Promise.withResolvers<ChildEnding>();
  let failure = "";
  worker.on("error", (error) => {
    failure = `: ${error instanceof Error ? error.message : String(error)}`;
  });
  worker.once("exit", (exitCode) => resolve({ how: `with exit code ${exitCode}${failure}`, exitCode }));
  const kill = (): void => void worker.terminate();
  return { pid: null, ended: promise, send: (message) => worker.postMessage(message), kill };
}
