/** Owns the checks of a job that is added, and how long what is told of tasks may be. Pure. Throws `TypeError` naming the field and its rule. */

import { MAX_JOB_NAME, MAX_TASK_TEXT, MAX_TASKS } from "../../shared/jobs.ts";
import { number, text, wholeNumber } from "../platform/option-checks.ts";
import type { NewJob } from "./job-queue.ts";

const MAX_INPUT_JSON = 1024 * 1024;
const MAX_LIMIT_SECONDS = 30 * 86_400;

export function checkJob({ name, inputs, maxAttempts, timeLimitSeconds }: NewJob): void {
  text("job.name", name, `1 to ${MAX_JOB_NAME} characters`, (given) => given !== "" && given.length <= MAX_JOB_NAME);
  wholeNumber("job.maxAttempts", maxAttempts, 1, 100);
  if (timeLimitSeconds !== null) number("job.timeLimitSeconds", timeLimitSeconds, 0.1, MAX_LIMIT_SECONDS);
  if (inputs.length < 1 || inputs.length > MAX_TASKS) {
    throw new TypeError(`job.inputs must be 1 to ${MAX_TASKS}, not ${inputs.length}.`);
  }
  for (const input of inputs) {
    const length = input.kind === "file" ? input.path.length : (JSON.stringify(input.value)?.length ?? 0);
    if (length < 1 || length > MAX_INPUT_JSON) throw new TypeError("Each of job.inputs must be at most 1 MiB of JSON.");
  }
}

/** What fits into a list. */
export function shortened(words: string, max: number = MAX_TASK_TEXT): string {
  return words.length <= max ? words : `${words.slice(0, max - 1)}…`;
}
