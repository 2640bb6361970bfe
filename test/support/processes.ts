/** Looks after the processes that tests start. */

import { readFileSync } from "node:fs";

/** Whether there is a process of this number that has not ended. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that ended stays in the table until its parent looked, which an orphan's may do late.
    return process.platform !== "linux" || !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
