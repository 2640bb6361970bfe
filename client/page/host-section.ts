/** Owns what hosts decide for all, in the people panel: who steers, and whether control is locked. */

import { controlModes, type Viewer } from "../index.ts";
import { find } from "./elements.ts";
import { JobsLink } from "./jobs-link.ts";

export class HostSection {
  readonly #viewer: Viewer;
  readonly #section = find("host-section", HTMLElement);
  readonly #mode = find("control-mode", HTMLSelectElement);
  readonly #lockRow = find("lock-row", HTMLElement);
  readonly #lockWords = find("lock-words", HTMLElement);
  readonly #lock = find("control-lock", HTMLInputElement);
  readonly #jobs: JobsLink;

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    this.#jobs = new JobsLink(viewer);
    this.#mode.addEventListener("change", () => {
      const mode = controlModes.find((mode) => mode === this.#mode.value);
      if (mode !== undefined) viewer.control.setMode(mode);
    });
    this.#lock.addEventListener("change", () => viewer.control.setLocked(this.#lock.checked));
  }

  update(): void {
    const { control, role } = this.#viewer;
    this.#section.hidden = role !== "host";
    this.#jobs.update();
    this.#mode.value = control.mode;
    this.#lock.checked = control.locked;
    // Where hosts decide anyway the lock changes nothing.
    this.#lockRow.hidden = control.mode === "host";
    this.#lockWords.textContent =
      control.mode === "everyone" ? "Only hosts have control" : "Only hosts can give control";
  }
}
