/** Owns whether the viewer looks away: its page is hidden, or it was asked to pause. */

import { Emitter } from "../../shared/emitter.ts";

export type PauseEvents = { readonly changed: { readonly isPaused: boolean } };

/** What of the page it takes: `document`, or less. */
export type Visibility = Pick<EventTarget, "addEventListener" | "removeEventListener"> & { readonly hidden: boolean };

export class Pause extends Emitter<PauseEvents> {
  readonly #page: Visibility | null;
  readonly #update = (): void => this.#tell();
  #isAsked = false;
  #isPaused: boolean;

  /** `page` is null where a hidden page goes on. */
  constructor(page: Visibility | null) {
    super();
    this.#page = page;
    this.#isPaused = page?.hidden ?? false;
    page?.addEventListener("visibilitychange", this.#update);
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Pauses until `resume()`, or takes that back; a hidden page stays paused. */
  ask(isAsked: boolean): void {
    this.#isAsked = isAsked;
    this.#tell();
  }

  close(): void {
    this.#page?.removeEventListener("visibilitychange", this.#update);
  }

  #tell(): void {
    const isPaused = this.#isAsked || (this.#page?.hidden ?? false);
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    this.emit("changed", { isPaused });
  }
}
