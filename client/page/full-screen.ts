/** Owns full screen: the whole page, so that the overlays come along. Absent where the browser has none (iPhones). */

import { find } from "./elements.ts";

export class FullScreen {
  readonly #button = find("full-screen-button", HTMLButtonElement);

  constructor() {
    this.#button.hidden = !document.fullscreenEnabled;
    this.#button.addEventListener("click", () => this.toggle());
    document.addEventListener("fullscreenchange", () => {
      this.#button.ariaPressed = String(document.fullscreenElement !== null);
    });
  }

  toggle(): void {
    const isFull = document.fullscreenElement !== null;
    const done = isFull ? document.exitFullscreen() : document.documentElement.requestFullscreen?.();
    done?.catch((error: unknown) => console.warn("The browser refused full screen.", error));
  }
}
