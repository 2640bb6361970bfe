/** Owns how a process is named in files that may outlive it, so that another one finds out whether it may still be there. For any process. */

import { readFileSync, readlinkSync } from "node:fs";
import { isRunning } from "./is-running.ts";

const form = /^(\d+)-(\d+)-(\d+)$/;

/** Its number, when it began and which numbers are meant, those of its container, as `1234-56789-4026531836`. */
export function processMark(): string {
  const { pid } = process;
  return `${pid}-${startOf(pid) ?? 0}-${namespaceOfProcess()}`;
}

/** Whether the process may live; null where it is of another container or machine, and nobody here can say. */
export function mayLive(mark: string): boolean | null {
  const [, pid, start, namespace] = form.exec(mark) ?? [];
  if (pid === undefined || namespace !== namespaceOfProcess()) return null;
  // Where it is not known when a process began, one that has the number may be it.
  const begun = startOf(Number(pid));
  if (begun !== null) return begun === start;
  return process.platform !== "linux" && isRunning(Number(pid));
}

/** When a process began, in ticks since the machine did; null where there is none, or nobody says. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program, in brackets, may have anything in it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function namespaceOfProcess(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0";
  }
}
