/** Looks after the processes that tests start. */

import { readdirSync, readFileSync } from "node:fs";

/** Whether there is a process of this number that has not ended. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that ended stays in the table until its parent looked, which an orphan's may do late.
    return process.platform !== "linux" || statOf(pid).state !== "Z";
  } catch {
    return false;
  }
}

/** The numbers of the processes that a process started, and of those that these started. Reads /proc: Linux only. */
export function descendantsOf(pid: number): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const parents = new Map(pids.map((name) => [Number(name), parentOf(Number(name))]));
  const childrenOf = (parent: number): number[] =>
    [...parents].flatMap(([child, its]) => (its === parent ? [child, ...childrenOf(child)] : []));
  return childrenOf(pid);
}

/** Those of them whose command line has this in it. */
export function descendantsRunning(pid: number, what: string): number[] {
  return descendantsOf(pid).filter((one) => {
    try {
      return readFileSync(`/proc/${one}/cmdline`, "utf8").includes(what);
    } catch {
      // It ended meanwhile.
      return false;
    }
  });
}

function parentOf(pid: number): number | null {
  try {
    return statOf(pid).parent;
  } catch {
    // It ended meanwhile.
    return null;
  }
}

/** State and parent, which follow the name, which may hold anything (proc_pid_stat(5)). */
function statOf(pid: number): { state: string; parent: number } {
  const [, state = "", parent = ""] = /^\d+ \(.*\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
  return { state, parent: Number(parent) };
}
