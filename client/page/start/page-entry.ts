/** Owns how a page that shows no scene lets its visitor in: by the token in its address, or one that is asked for. */

import { Access, type ServerFetch } from "../../link/access.ts";
import { tokenOf } from "../../link/share-token.ts";
import { find } from "../elements.ts";
import { hideLinkToken, linkToken } from "../share-link.ts";

export type PageEntryOptions = {
  /** The visitor is in. */
  readonly opened: () => void;
  /** What is wrong, in a sentence; null where nothing is. */
  readonly said: (sentence: string | null) => void;
};

export const UNREACHABLE = "The server does not answer. Trying again…";

export class PageEntry {
  /** As `fetch`, with what lets the page in. */
  readonly fetch: ServerFetch;
  /** What other pages are to be given, where the browser keeps no cookie for them. */
  handedOn: string | null = null;
  readonly #options: PageEntryOptions;
  readonly #access: Access;
  readonly #locked = find("locked", HTMLElement);
  readonly #field = find("token", HTMLInputElement);
  readonly #answer = find("token-answer", HTMLElement);
  #token = linkToken();

  constructor(options: PageEntryOptions) {
    this.#options = options;
    this.#access = new Access(() => new URL("access", new URL(".", location.href)), this.#token);
    this.fetch = this.#access.fetch;
    this.#access.on("cookieRefused", () => {
      this.handedOn = this.#token;
    });
    find("token-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#unlock(tokenOf(this.#field.value));
    });
    // The same page, with the token of another link in its address.
    window.addEventListener("hashchange", () => {
      const shown = linkToken();
      if (shown !== null) void this.#unlock(shown);
    });
  }

  /** Who is locked out asks nothing until a token was given. */
  get isLocked(): boolean {
    return !this.#locked.hidden;
  }

  async enter(): Promise<void> {
    this.#handleAnswer((await this.#access.enter()).kind);
  }

  async #unlock(shown: string): Promise<void> {
    this.#answer.textContent = "";
    this.#token = shown;
    const { kind } = await this.#access.show(shown);
    if (kind === "locked") this.#answer.textContent = "That token is not valid. Check the link and try again.";
    this.#handleAnswer(kind);
  }

  #handleAnswer(kind: "open" | "locked" | "refused" | "unreachable"): void {
    this.#options.said(kind === "unreachable" ? UNREACHABLE : null);
    if (kind === "unreachable") return;
    hideLinkToken();
    this.#locked.hidden = kind === "open";
    if (kind !== "open") return this.#field.focus();
    this.#field.value = "";
    this.#options.opened();
  }
}
