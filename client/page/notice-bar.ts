/** Owns the bar that says what a scene threw while it goes on. */

import { find } from "./elements.ts";

export class NoticeBar {
  readonly #bar = find("notice", HTMLElement);
  readonly #text = find("notice-text", HTMLElement);

  constructor() {
    find("notice-close", HTMLButtonElement).addEventListener("click", () => {
      this.#bar.hidden = true;
    });
  }

  handleNotice(text: string | null): void {
    this.#bar.hidden = text === null;
    if (text !== null) this.#text.textContent = text;
  }
}
