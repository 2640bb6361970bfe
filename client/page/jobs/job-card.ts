/** Owns the card of a job: its bar, what it says, what a host can do about it, and, where it is open, its tasks. */

import type { JobInfo, TaskInfo } from "../../../shared/jobs.ts";
import { make, makeTool } from "../elements.ts";
import { JobBar } from "./job-bar.ts";
import { jobWords, stateWords, toneOf } from "./job-words.ts";
import { TaskRow } from "./task-row.ts";

export type JobActs = {
  /** It was opened or closed. */
  readonly toggled: (id: string) => void;
  readonly cancel: (id: string) => void;
  readonly download: (id: string) => void;
};

const ARMED_MS = 4_000;

export class JobCard {
  readonly element: HTMLLIElement;
  readonly #bar: JobBar;
  readonly #dot = make("span", "dot");
  readonly #state = make("span", "job-state");
  readonly #percent = make("span", "job-percent");
  readonly #detail = make("span", "job-detail");
  readonly #open: HTMLButtonElement;
  readonly #cancel: HTMLButtonElement;
  readonly #download: HTMLButtonElement;
  readonly #tasks = make("ul", "task-list");
  readonly #more = make("p", "task-more");
  readonly #rows: TaskRow[] = [];
  readonly #cancelWords: string;
  /** While the next press ends the job. */
  #armed: ReturnType<typeof setTimeout> | undefined;

  constructor({ id, name }: JobInfo, { toggled, cancel, download }: JobActs) {
    this.#bar = new JobBar(`How far ${name} is`);
    this.#dot.ariaHidden = "true";
    this.#open = makeTool("tasks", `Tasks of ${name}`, () => toggled(id));
    this.#download = makeTool("download", `Download ${name}`, () => download(id));
    this.#cancel = makeTool("cancel", `Cancel ${name}`, () => {
      if (this.#armed !== undefined) return cancel(id);
      this.#arm(`Press again to end ${name}`);
    });
    this.#cancelWords = `Cancel ${name}`;
    const title = make("h2", "job-name", name);
    title.title = name;
    const number = make("span", "job-number", `#${id}`);
    const head = make("div", "job-head", title, number, this.#cancel, this.#download, this.#open);
    const words = make("p", "job-words", this.#dot, this.#state, this.#detail, this.#percent);
    this.#tasks.hidden = true;
    this.#more.hidden = true;
    this.#open.ariaExpanded = "false";
    this.element = make("li", "job-card", head, this.#bar.element, words, this.#tasks, this.#more);
  }

  get isOpen(): boolean {
    return !this.#tasks.hidden;
  }

  /** With its tasks, or without. */
  setOpen(isOpen: boolean): void {
    this.#tasks.hidden = !isOpen;
    if (!isOpen) this.#more.hidden = true;
    this.#open.ariaExpanded = String(isOpen);
  }

  show(job: JobInfo, now: number): void {
    const { state, tasks, progress } = job;
    this.element.dataset["state"] = state;
    this.#dot.dataset["tone"] = toneOf(state);
    this.#state.textContent = stateWords(state);
    this.#detail.textContent = jobWords(job, now);
    this.#percent.textContent = `${Math.floor(100 * progress)} %`;
    const [done, failed] = [tasks.done / tasks.total, tasks.failed / tasks.total];
    const underway = state === "running" ? Math.max(0, progress - done - failed - tasks.cancelled / tasks.total) : 0;
    this.#bar.show({ done, failed, underway });
    this.#cancel.hidden = state !== "waiting" && state !== "running";
    this.#download.hidden = tasks.done + tasks.failed === 0;
  }

  /** What cannot be taken back is asked for twice. */
  #arm(words: string): void {
    this.#setCancel(words, true);
    this.#armed = setTimeout(() => {
      this.#armed = undefined;
      this.#setCancel(this.#cancelWords, false);
    }, ARMED_MS);
  }

  #setCancel(words: string, isArmed: boolean): void {
    this.#cancel.ariaLabel = words;
    this.#cancel.title = words;
    this.#cancel.toggleAttribute("data-armed", isArmed);
  }

  /** Of `total` these first ones. */
  showTasks(tasks: readonly TaskInfo[], total: number): void {
    while (this.#rows.length > tasks.length) this.#rows.pop()?.element.remove();
    for (const [at, task] of tasks.entries()) {
      let row = this.#rows[at];
      if (row === undefined) {
        row = new TaskRow();
        this.#rows.push(row);
        this.#tasks.append(row.element);
      }
      row.show(task);
    }
    const rest = total - tasks.length;
    this.#more.hidden = rest <= 0 || !this.isOpen;
    this.#more.textContent = `and ${rest} more, in the download`;
  }
}
