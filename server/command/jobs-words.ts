/** Owns how jobs and tasks are written on a terminal. Pure. */

import type { JobInfo, TaskInfo } from "../../shared/jobs.ts";
import { visible } from "../platform/visible-text.ts";
import { bar } from "./progress.ts";

const BAR = 20;
const MAX_NAME = 40;

/** A line for each job. */
export function jobsTable(jobs: readonly JobInfo[]): string {
  const rows = jobs.map((job) => [
    job.id,
    short(job.name),
    bar(job.progress, BAR),
    percent(job.progress),
    stateWords(job),
  ]);
  return table(rows);
}

/** A job with its tasks. */
export function jobView(job: JobInfo, tasks: readonly TaskInfo[]): string {
  const rows = tasks.map((task) => [
    `  ${task.index}`,
    short(task.label),
    bar(task.state === "waiting" ? 0 : task.progress, BAR),
    task.state,
    detailOf(task),
  ]);
  return `${jobsTable([job])}${table(rows)}`;
}

/** All of them in a few lines. */
export function summaryOf(jobs: readonly JobInfo[]): string {
  const count = (state: JobInfo["state"]): number => jobs.filter((job) => job.state === state).length;
  const tasks = (state: keyof JobInfo["tasks"]): number => jobs.reduce((sum, job) => sum + job.tasks[state], 0);
  const [all, over] = [tasks("total"), tasks("done") + tasks("failed") + tasks("cancelled")];
  const states = (["running", "waiting", "done", "failed", "cancelled"] as const).filter((state) => count(state) > 0);
  const words = states.map((state) => `${count(state)} ${state}`).join(", ");
  const lines = [
    `${jobs.length} ${jobs.length === 1 ? "job" : "jobs"}${words === "" ? "" : `: ${words}`}`,
    ...(all === 0 ? [] : [`${bar(over / all)} ${over} of ${all} tasks are over, ${tasks("failed")} of them failed`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** How a job ended, in a sentence, with what failed. */
export function endWords(job: JobInfo, tasks: readonly TaskInfo[]): string {
  const failed = tasks.filter(({ state }) => state === "failed").slice(0, MAX_FAILED_SHOWN);
  const lines = failed.map(({ index, label, error }) => `  ${index} ${short(label)}: ${line(error ?? "it failed")}\n`);
  const more = job.tasks.failed - failed.length;
  return `Job ${job.id}, ${short(job.name)}: ${stateWords(job)}.\n${lines.join("")}${more > 0 ? `  and ${more} more\n` : ""}`;
}

/** As JSON that a terminal does not obey; it says the same. */
export function jsonText(value: object): string {
  return `${visible(JSON.stringify(value, null, 2))}\n`;
}

const MAX_FAILED_SHOWN = 20;

export function stateWords({ state, tasks }: JobInfo): string {
  const { total, done, failed, running } = tasks;
  const parts = [
    state,
    `${done} of ${total} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(running > 0 ? [`${running} running`] : []),
  ];
  return parts.join(", ");
}

/** What it said of itself last is old where it is done. */
function detailOf({ state, attempts, note, error, startedAt, endedAt }: TaskInfo): string {
  const parts = [
    ...(startedAt !== null && endedAt !== null ? [`${((endedAt - startedAt) / 1000).toFixed(1)} s`] : []),
    ...(attempts > 1 ? [`begun ${attempts} times`] : []),
    ...(note === null || state === "done" ? [] : [line(note)]),
    ...(error === null ? [] : [line(error)]),
  ];
  return parts.join(", ");
}

function percent(part: number): string {
  return `${Math.floor(part * 100)} %`.padStart(5);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function short(text: string): string {
  const shown = line(text);
  return shown.length <= MAX_NAME ? shown : `${shown.slice(0, MAX_NAME - 1)}…`;
}

/** What others wrote, in one line that a terminal does not obey. */
function line(text: string): string {
  return visible(text.replaceAll(/\s+/g, " "));
}
