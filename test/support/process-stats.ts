/** Owns what the system says that a process takes. Reads /proc: Linux only, else it throws. */

import { readdirSync, readFileSync } from "node:fs";

/** Linux shows programs one size of page and one length of tick on all machines that Node runs on. */
const PAGE_BYTES = 4096;
const TICKS_PER_SECOND = 100;

/** Processor time so far, all threads, by fields 14 and 15 of proc_pid_stat(5), which follow the name in brackets. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Memory that is resident, what it shares with others included. */
export function residentBytesOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
}

/** How many files, sockets and the like it has open. */
export function openFilesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** How many threads it has. */
export function threadsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).length;
}
