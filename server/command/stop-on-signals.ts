/** Owns how a command is stopped by a signal: the first one ends it in order, the second one does not wait. In the main process. */

import { exitCodes } from "./exit-codes.ts";

export type Stopping = {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Does what the first signal does. Idempotent. */
  stop(): void;
};

export type StoppingOptions = {
  /** What the process ends with that does not end in order. Default 130. */
  readonly exitCode?: number;
  /** After this long what does not end is left behind, and the operating system cleans up. Default 4000; null waits. */
  readonly deadlineMs?: number | null;
};

const DEADLINE_MS = 4_000;

/** Listens from now on, as long as the process lives. */
export function stopOnSignals({
  exitCode = exitCodes.stopped,
  deadlineMs = DEADLINE_MS,
}: StoppingOptions = {}): Stopping {
  const stopping = new AbortController();
  const { signal } = stopping;
  const stop = (): void => {
    if (signal.aborted) return;
    stopping.abort();
    if (deadlineMs !== null) setTimeout(() => process.exit(exitCode), deadlineMs).unref();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (signal.aborted) process.exit(exitCode);
      stop();
    });
  }
  return { signal, stop };
}
