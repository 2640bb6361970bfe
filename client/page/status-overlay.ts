/** Owns the card over the picture that says what the viewer is doing while there is no live picture. */

import type { Viewer, ViewerState } from "../index.ts";
import { find } from "./elements.ts";
import { LONG_WAIT_MS, type StateWords, wordsFor } from "./state-words.ts";

/** A reconnection faster than this is not worth a word. */
const APPEAR_AFTER_MS = 300;

type Timer = ReturnType<typeof setTimeout>;

export class StatusOverlay {
  readonly #overlay = find("overlay", HTMLElement);
  readonly #title = find("overlay-title", HTMLElement);
  readonly #detail = find("overlay-detail", HTMLElement);
  readonly #action = find("overlay-action", HTMLButtonElement);
  readonly #stage = find("stage", HTMLElement);
  readonly #viewer: Viewer;
  #timers: Timer[] = [];

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    this.#action.addEventListener("click", () => {
      if (viewer.state.kind === "waiting") viewer.scene.restart();
      else location.reload();
    });
  }

  handleState(state: ViewerState): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
    const isHost = this.#viewer.role === "host";
    const words = wordsFor(state, 0, isHost);
    if (words.title === null) {
      this.#overlay.hidden = true;
      delete this.#stage.dataset["dimmed"];
      return;
    }
    // One that is up already changes its words at once.
    if (this.#overlay.hidden) this.#after(APPEAR_AFTER_MS, () => this.#show(words));
    else this.#show(words);
    this.#after(LONG_WAIT_MS, () => this.#show(wordsFor(state, LONG_WAIT_MS, isHost)));
  }

  #show(words: StateWords): void {
    this.#overlay.hidden = false;
    this.#overlay.dataset["tone"] = words.tone;
    this.#stage.dataset["dimmed"] = "";
    setText(this.#title, words.title);
    setText(this.#detail, words.detail);
    setText(this.#action, words.action);
  }

  #after(delayMs: number, act: () => void): void {
    this.#timers.push(setTimeout(act, delayMs));
  }
}

/** Writes only what changed, so that a screen reader does not say it twice. */
function setText(element: HTMLElement, text: string | null): void {
  element.hidden = text === null;
  if (element.textContent !== (text ?? "")) element.textContent = text;
}
