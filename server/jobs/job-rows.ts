/** Owns how jobs and tasks are read from the rows of the database. Pure. */

import type { Json } from "../../shared/custom-message.ts";
import { type JobInfo, type JobState, jobKinds, jobStates, type TaskCounts, type TaskInfo } from "../../shared/jobs.ts";
import type { Row } from "./job-database.ts";
import type { JobWork, TaskInput } from "./job-queue.ts";

/** A job with the counts of its tasks (JB1); few run at once. Tasks that wait are nowhere yet. */
export const jobColumns: string = `id, name, kind, addedAt, startedAt, endedAt, isArchived, ${jobStates.join(", ")},
  (SELECT total(tasks.progress) FROM tasks INDEXED BY taskStates WHERE tasks.job = jobs.id AND tasks.state = 'running') AS underway`;

export function jobOf(row: Row): JobInfo {
  const count = (name: string): number => Number(row[name]);
  const states = {
    waiting: count("waiting"),
    running: count("running"),
    done: count("done"),
    failed: count("failed"),
    cancelled: count("cancelled"),
  };
  const over = states.done + states.failed + states.cancelled;
  const tasks: TaskCounts = { ...states, total: states.waiting + states.running + over };
  return {
    id: String(row["id"]),
    name: String(row["name"]),
    kind: jobKinds.find((kind) => kind === row["kind"]) ?? "script",
    state: stateOf(tasks),
    addedAt: Number(row["addedAt"]),
    startedAt: timeOf(row["startedAt"]),
    endedAt: timeOf(row["endedAt"]),
    isArchived: row["isArchived"] === 1,
    tasks,
    progress: Math.min(1, (over + count("underway")) / tasks.total),
  };
}

/** How a job does whose tasks are in these states. */
export function stateOf({ total, waiting, running, failed, cancelled }: TaskCounts): JobState {
  if (waiting === total) return "waiting";
  if (waiting + running > 0) return "running";
  if (failed > 0) return "failed";
  return cancelled > 0 ? "cancelled" : "done";
}

export function taskOf(row: Row): TaskInfo {
  return {
    index: Number(row["number"]),
    label: String(row["label"]),
    state: jobStates.find((state) => state === row["state"]) ?? "waiting",
    attempts: Number(row["attempts"]),
    progress: Number(row["progress"]),
    note: textOf(row["note"]),
    worker: textOf(row["worker"]),
    startedAt: timeOf(row["startedAt"]),
    endedAt: timeOf(row["endedAt"]),
    error: textOf(row["error"]),
  };
}

/** What we wrote ourselves. */
export function workOf(text: Row[string] | undefined): JobWork {
  return JSON.parse(String(text)) as JobWork;
}

export function inputOf(text: Row[string] | undefined): TaskInput {
  return JSON.parse(String(text)) as TaskInput;
}

export function resultOf(text: Row[string] | undefined): Json {
  return JSON.parse(String(text)) as Json;
}

function timeOf(value: Row[string] | undefined): number | null {
  return typeof value === "number" ? value : null;
}

function textOf(value: Row[string] | undefined): string | null {
  return typeof value === "string" ? value : null;
}
