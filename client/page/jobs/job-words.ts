/** Owns what the page of jobs says of them. Pure. */

import type { JobInfo, JobState, TaskInfo } from "../../../shared/jobs.ts";

export type Tone = "good" | "busy" | "bad" | "quiet";

const tones: Readonly<Record<JobState, Tone>> = {
  waiting: "quiet",
  running: "busy",
  done: "good",
  failed: "bad",
  cancelled: "quiet",
};
const states: Readonly<Record<JobState, string>> = {
  waiting: "Waiting",
  running: "Running",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
};
const kinds: Readonly<Record<JobInfo["kind"], string>> = {
  script: "Script",
  render: "Render",
  encode: "Encode",
  film: "Film",
};

export function toneOf(state: JobState): Tone {
  return tones[state];
}

export function stateWords(state: JobState): string {
  return states[state];
}

/** In a line: what it is, how many tasks are over, how long it takes. */
export function jobWords(job: JobInfo, now: number): string {
  const { total, done, failed, cancelled } = job.tasks;
  const over = done + failed + cancelled;
  const parts = [
    kinds[job.kind],
    total === 1 ? "1 task" : over === total ? `${total} tasks` : `${over} of ${total} tasks`,
    ...(failed > 0 && failed < total ? [`${failed} failed`] : []),
    ...timeWords(job, now),
  ];
  return parts.join(" · ");
}

function timeWords({ startedAt, endedAt, progress }: JobInfo, now: number): readonly string[] {
  if (startedAt === null) return [];
  const seconds = Math.max(0, (endedAt ?? now) - startedAt) / 1000;
  if (endedAt !== null) return [`took ${lengthWords(seconds)}`];
  // At the very beginning nobody can tell.
  if (progress < 0.05 || seconds < 2) return [lengthWords(seconds)];
  return [`about ${lengthWords((seconds * (1 - progress)) / progress)} left`];
}

/** What stands beside a task. */
export function taskWords({ state, note, error, attempts, startedAt, endedAt }: TaskInfo): string {
  const again = attempts > 1 ? [`begun ${attempts} times`] : [];
  if (error !== null && state !== "done") return [error, ...again].join(" · ");
  const time = startedAt === null || endedAt === null ? [] : [lengthWords((endedAt - startedAt) / 1000)];
  const said = state === "running" && note !== null ? [note] : [];
  return [...(state === "done" ? time : [states[state]]), ...said, ...again].join(" · ");
}

/** Of all jobs, in a sentence. */
export function summaryWords(jobs: readonly JobInfo[]): string {
  if (jobs.length === 0) return "There are none. Jobs are added on the command line: scenecast jobs add.";
  const count = (state: JobState): number => jobs.filter((job) => job.state === state).length;
  const parts = (["running", "waiting", "failed", "done", "cancelled"] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${count(state)} ${states[state].toLowerCase()}`);
  return `${parts.join(", ")}.`;
}

export function lengthWords(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
