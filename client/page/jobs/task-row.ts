/** Owns the line of a task in the card of its job. */

import type { TaskInfo } from "../../../shared/jobs.ts";
import { make, setText } from "../elements.ts";
import { JobBar } from "./job-bar.ts";
import { taskWords, toneOf } from "./job-words.ts";

export class TaskRow {
  readonly element: HTMLLIElement;
  readonly #dot = make("span", "dot");
  readonly #label = make("span", "task-label");
  readonly #words = make("span", "task-words");
  readonly #bar = new JobBar("How far this task is");

  constructor() {
    this.#dot.ariaHidden = "true";
    this.element = make("li", "task-row", this.#dot, this.#label, this.#bar.element, this.#words);
  }

  show(task: TaskInfo): void {
    const { label, state, progress } = task;
    this.element.dataset["state"] = state;
    this.#dot.dataset["tone"] = toneOf(state);
    const words = taskWords(task);
    setText(this.#label, label);
    setText(this.#words, words);
    this.#label.title = label;
    this.#words.title = words;
    this.#bar.show({
      done: state === "done" ? 1 : 0,
      failed: state === "failed" ? Math.max(0.04, progress) : 0,
      underway: state === "running" ? progress : 0,
    });
  }
}
