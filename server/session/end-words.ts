/** Owns what people are told of a scene's process that ended by itself: what happened, and no name of a signal. Pure. */

import type { ProcessEnd } from "./process-port.ts";

/** A native crash, or an assertion of a native library. */
const crashSignals: readonly string[] = ["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGTRAP", "SIGSYS"];
/** What V8 prints before it ends a process whose heap is full. */
const heapWords = /heap out of memory|Reached heap limit/i;

/** A sentence for whoever watches. `printed` is what the process printed last. */
export function endWords(
  end: Exclude<ProcessEnd, { readonly kind: "not-started" }>,
  printed: readonly string[],
): string {
  if (printed.some((line) => heapWords.test(line))) {
    return "The scene used all the memory that JavaScript may have, so its program ended.";
  }
  if (end.kind === "exited") {
    return end.exitCode === 0
      ? "The scene's program ended by itself."
      : `The scene's program ended by itself, with exit code ${end.exitCode}.`;
  }
  if (end.signal === "SIGKILL") {
    return "The scene's program was ended by the system, most likely because memory ran out.";
  }
  if (crashSignals.includes(end.signal)) {
    return "The scene's program crashed outside of JavaScript, as in a graphics driver or a native library.";
  }
  return "The scene's program was ended by somebody on the server's machine.";
}

/** The same in a word, for the log. */
export function endSign(end: Exclude<ProcessEnd, { readonly kind: "not-started" }>): string {
  return end.kind === "killed" ? end.signal : `exit code ${end.exitCode}`;
}
