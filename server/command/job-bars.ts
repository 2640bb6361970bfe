/** Owns showing how far jobs are while they are done: bars that stay in their lines on a terminal, plain lines, and few of them, elsewhere. */

import type { JobInfo } from "../../shared/jobs.ts";
import { jobsTable, stateWords } from "./jobs-words.ts";
import type { ProgressStream } from "./progress.ts";

/** More jobs would run out of the screen. */
const MAX_BARS = 15;
/** A line comes at each tenth of a job. */
const STEPS = 10;

export class JobBars {
  readonly #stream: ProgressStream;
  readonly #told = new Map<string, number>();
  #lines = 0;

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  show(jobs: readonly JobInfo[]): void {
    if (this.#stream.isTTY !== true) return this.#tell(jobs);
    const text = jobsTable(jobs.slice(0, MAX_BARS));
    this.#stream.write(`${this.#back}${text.replaceAll("\n", "\u001b[K\n")}`);
    this.#lines = text.split("\n").length - 1;
  }

  /** Says a sentence above them. */
  say(sentence: string): void {
    this.#stream.write(`${this.#back}${this.#lines > 0 ? "\u001b[J" : ""}${sentence}\n`);
    this.#lines = 0;
  }

  /** To the first of our lines. */
  get #back(): string {
    return this.#lines > 0 ? `\u001b[${this.#lines}A` : "";
  }

  #tell(jobs: readonly JobInfo[]): void {
    for (const job of jobs) {
      const step = Math.floor(job.progress * STEPS);
      if (step <= (this.#told.get(job.id) ?? 0)) continue;
      this.#told.set(job.id, step);
      this.#stream.write(`Job ${job.id}: ${Math.floor(job.progress * 100)} %, ${stateWords(job)}\n`);
    }
  }
}
