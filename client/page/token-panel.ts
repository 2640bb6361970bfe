/** Owns the panel that asks for the token of a share link, where the server lets nobody in without or the link has ended. */

import { tokenOf, type Viewer, type ViewerState } from "../index.ts";
import { find } from "./elements.ts";

export class TokenPanel {
  readonly #viewer: Viewer;
  readonly #panel = find("locked", HTMLElement);
  readonly #title = find("locked-title", HTMLElement);
  readonly #field = find("token", HTMLInputElement);
  readonly #button = find("token-button", HTMLButtonElement);
  readonly #answer = find("token-answer", HTMLElement);

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    find("token-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#unlock();
    });
  }

  handleState(state: ViewerState): void {
    const hasEnded = state.kind === "gone" && state.code === "link-ended";
    const isLocked = state.kind === "locked" || hasEnded;
    find("locked-detail", HTMLElement).hidden = hasEnded;
    find("ended-detail", HTMLElement).hidden = !hasEnded;
    this.#title.textContent = hasEnded ? "This link no longer works" : "This room needs a token";
    if (isLocked !== this.#panel.hidden) return;
    this.#panel.hidden = !isLocked;
    if (isLocked) this.#field.focus();
  }

  async #unlock(): Promise<void> {
    this.#button.disabled = true;
    this.#answer.textContent = "";
    const isRight = await this.#viewer.unlock(tokenOf(this.#field.value));
    this.#button.disabled = false;
    if (isRight) this.#field.value = "";
    else this.#answer.textContent = "That token is not valid. Check the link and try again.";
    if (!isRight) this.#field.select();
  }
}
