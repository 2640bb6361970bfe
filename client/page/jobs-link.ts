/** Owns the way from the people panel of hosts to the page of jobs, where the server shows jobs. */

import type { Viewer } from "../index.ts";
import { find } from "./elements.ts";

export class JobsLink {
  readonly #viewer: Viewer;
  readonly #link = find("jobs-link", HTMLAnchorElement);
  /** Asked once for each time that its visitor becomes a host. */
  #isAsked = false;

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
  }

  update(): void {
    const isHost = this.#viewer.role === "host";
    if (!isHost) this.#link.hidden = true;
    if (isHost && !this.#isAsked) void this.#ask();
    this.#isAsked = isHost;
  }

  async #ask(): Promise<void> {
    const answer = await fetch("./jobs/here", { cache: "no-store" }).catch(() => null);
    // Where the browser sends no cookie, that page could not be entered either.
    const told: unknown = answer?.ok === true ? await answer.json().catch(() => null) : null;
    const isOn = typeof told === "object" && told !== null && "isOn" in told && told.isOn === true;
    this.#link.hidden = !isOn || this.#viewer.role !== "host";
  }
}
