/** Owns how a page that shows no scene lets its visitor in: by the token in its address, or one that is asked for. */

import { Access, type ServerFetch } from "../../link/access.ts";
import type { AccessAnswer } from "../../link/access-answer.ts";
import { tokenOf } from "../../link/share-token.ts";
import { find } from "../elements.ts";
import { hideLinkToken, linkToken } from "../share-link.ts";

export class PageEntry {
  /** As `fetch`, with what lets the page in. */
  readonly fetch: ServerFetch;
  /** What other pages are to be given, where the browser keeps no cookie for them. */
  handedOn: string | null = null;
  readonly #answered: (kind: AccessAnswer["kind"]) => void;
  readonly #access: Access;
  readonly #locked = find("locked", HTMLElement);
  readonly #field = find("token", HTMLInputElement);
  readonly #answer = find("token-answer", HTMLElement);
  #token = linkToken();

  /** `answered` hears what the server said. Where it lets nobody in, a token is asked for by then. */
  constructor(answered: (kind: AccessAnswer["kind"]) => void) {
    this.#answered = answered;
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

  /** What goes along with a request that somebody else sends. */
  headersFor(url: string): Readonly<Record<string, string>> {
    return this.#access.headersFor(url);
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

  #handleAnswer(kind: AccessAnswer["kind"]): void {
    if (kind !== "unreachable") {
      hideLinkToken();
      this.#locked.hidden = kind === "open";
      if (kind === "open") this.#field.value = "";
      else this.#field.focus();
    }
    this.#answered(kind);
  }
}
