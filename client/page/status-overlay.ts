/** Owns the card over the picture that says what the viewer is doing while there is no live picture. */

import { APPEAR_AFTER_MS, LONG_WAIT_MS, type StateWords, stateWords, type Viewer, type ViewerState } from "../index.ts";
import { find, setText } from "./elements.ts";

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
    this.#action.addEventListener("click", () => this.#startAnew());
  }

  handleState(state: ViewerState): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
    const isHost = this.#viewer.role === "host";
    const words = stateWords(state, 0, isHost);
    if (words.title === null) {
      this.#overlay.hidden = true;
      delete this.#stage.dataset["dimmed"];
      return;
    }
    // One that is up already changes its words at once.
    if (this.#overlay.hidden) this.#after(APPEAR_AFTER_MS, () => this.#show(words));
    else this.#show(words);
    this.#after(LONG_WAIT_MS, () => this.#show(stateWords(state, LONG_WAIT_MS, isHost)));
  }

  /** Starts the scene where it is down, or loads the page anew, by every way where the one that its address names brings nothing. */
  #startAnew(): void {
    const { state, scene } = this.#viewer;
    if (state.kind === "waiting") return scene.restart();
    if (!("trouble" in state) || state.trouble === null) return location.reload();
    const address = new URL(location.href);
    address.searchParams.delete("transport");
    location.assign(address);
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
