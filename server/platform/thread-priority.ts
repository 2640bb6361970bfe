/**
 * Owns that threads have the priority of what started them. SVT-AV1, run by root, makes its own threads and the one that opens it
 * real-time threads of the highest priority, and so are processes that this one starts then: two that are busy stand a machine of two
 * cores still. For any thread; on Linux, as elsewhere it does no such thing.
 */

import { readdirSync } from "node:fs";
import { systemCalls } from "./system-calls.ts";

/** `sched(7)` */
const SCHED_OTHER = 0;
const SCHED_FIFO = 1;
/** In the place of the number of a thread. */
const THIS_THREAD = 0;

const findCalls = systemCalls((system) => {
  const getScheduler = system.func("int sched_getscheduler(int)");
  const setScheduler = system.func("int sched_setscheduler(int, int, const int *)");
  return {
    policyOf: (thread: number): number => getScheduler(thread),
    setPolicy: (thread: number, policy: number): void => void setScheduler(thread, policy, [0]),
  };
});

/** Calls `open`, and makes what it made real-time threads usual ones again, unless this one was one before. */
export function withoutRealTime<Result>(open: () => Result): Result {
  if (process.platform !== "linux" || process.geteuid?.() !== 0) return open();
  const calls = findCalls();
  if (calls === null || calls.policyOf(THIS_THREAD) !== SCHED_OTHER) return open();
  try {
    return open();
  } finally {
    for (const thread of readdirSync("/proc/self/task").map(Number)) {
      if (calls.policyOf(thread) === SCHED_FIFO) calls.setPolicy(thread, SCHED_OTHER);
    }
  }
}
