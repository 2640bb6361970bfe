/** Owns a process of ours that does not outlive the one that forked it, and how it ended. In the process that wants it. */

import type { ChildProcess } from "node:child_process";
import { type ForkOptions, forkModule } from "./fork-module.ts";
import { guardOrphan } from "./orphan-guard.ts";

/** How it ended. It did so itself where there is an exit code. */
export type ChildEnding = { readonly how: string; readonly exitCode: number | null };

export type OwnedChild = {
  /** Null for one that could not be started. */
  readonly pid: number | null;
  readonly ended: Promise<ChildEnding>;
  send(message: unknown): void;
  /** Ends it by force, whatever it does. */
  kill(): void;
};

/** Those that go with this process. */
const living = new Set<ChildProcess>();
let isListening = false;

/** Starts it; `received` hears its messages. */
export function ownChild(module: URL, options: ForkOptions, received: (message: unknown) => void): OwnedChild {
  const child = forkModule(module, options);
  child.on("message", received);
  const kill = (): void => void child.kill("SIGKILL");
  if (!isListening) process.once("exit", () => living.forEach((one) => void one.kill("SIGKILL")));
  isListening = true;
  living.add(child);
  const endGuard = child.pid === undefined ? null : guardOrphan(child.pid);
  const { promise, resolve } = Promise.withResolvers<ChildEnding>();
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
  const send = (message: unknown): void => {
    // A process that is gone is noticed by its end.
    if (child.connected) child.send(message as object, () => undefined);
  };
  return { pid: child.pid ?? null, ended: promise, send, kill };
}
