/** Owns the bar of a job or a task: what is done, what failed and what is on its way, in one line. */

import { make } from "../elements.ts";

/** Parts of the whole, from 0 to 1. */
export type BarParts = { readonly done: number; readonly failed: number; readonly underway: number };

export class JobBar {
  readonly element: HTMLElement;
  readonly #parts: Readonly<Record<keyof BarParts, HTMLElement>>;

  constructor(label: string) {
    const part = (name: string): HTMLElement => make("span", `job-bar-${name}`);
    this.#parts = { done: part("done"), failed: part("failed"), underway: part("underway") };
    const { done, failed, underway } = this.#parts;
    this.element = make("span", "job-bar", done, failed, underway);
    this.element.role = "progressbar";
    this.element.ariaLabel = label;
    this.element.ariaValueMin = "0";
    this.element.ariaValueMax = "100";
  }

  show(parts: BarParts): void {
    for (const name of ["done", "failed", "underway"] as const) {
      this.#parts[name].style.width = `${(100 * parts[name]).toFixed(2)}%`;
    }
    this.element.ariaValueNow = String(Math.floor(100 * (parts.done + parts.failed + parts.underway)));
  }
}
