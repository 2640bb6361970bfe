/** Owns the line of a task in the card of its job. */

import type { TaskInfo } from "../../../shared/jobs.ts";
import { make } from "../elements.ts";
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
    setText(this.#label, label);
    setText(this.#words, taskWords(task));
    const isOver = state === "done" || state === "failed";
    this.#bar.show({
      done: state === "done" ? 1 : 0,
      failed: state === "failed" ? Math.max(0.04, progress) : 0,
      underway: state === "running" && !isOver ? progress : 0,
    });
  }
}

/** What was selected stays so where nothing changed. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
  element.title = text;
}
