/** Owns the card over the picture of a `<scene-cast>`: what it is doing, a button where it stopped, a field for a token. */

import { APPEAR_AFTER_MS, LONG_WAIT_MS, type StateWords, stateWords, tokenOf, type ViewerState } from "../index.ts";

export type StatusCardActions = {
  /** The button was pressed. */
  readonly begin: () => void;
  /** A token was typed in; resolves with whether it was right. */
  readonly unlock: (token: string) => Promise<boolean>;
};

export class StatusCard {
  readonly element: HTMLDivElement = document.createElement("div");
  readonly #card = part("div", "status");
  readonly #title = part("p", "title");
  readonly #detail = part("p", "detail");
  readonly #action = part("button", "action");
  readonly #form = document.createElement("form");
  readonly #token = part("input", "token");
  readonly #dim: (isDimmed: boolean) => void;
  #timers: ReturnType<typeof setTimeout>[] = [];

  constructor({ begin, unlock }: StatusCardActions, dim: (isDimmed: boolean) => void) {
    this.#dim = dim;
    this.element.className = "cover";
    this.element.hidden = true;
    this.#card.role = "status";
    this.#title.className = "title";
    this.#detail.className = "detail";
    this.#action.type = "button";
    this.#action.addEventListener("click", begin);
    Object.assign(this.#token, { type: "password", autocomplete: "off", required: true, ariaLabel: "Token" });
    const open = part("button", "unlock");
    open.textContent = "Open";
    this.#form.append(this.#token, open);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#unlock(unlock);
    });
    this.#card.append(this.#title, this.#detail, this.#form, this.#action);
    this.element.append(this.#card);
  }

  handleState(state: ViewerState, isHost: boolean): void {
    this.#stopTimers();
    const words = wordsOf(state, 0, isHost);
    if (words.title === null) return this.hide();
    this.#form.hidden = !wantsToken(state);
    // One that is up already changes its words at once, and what does not go on by itself is said at once.
    if (this.element.hidden && words.tone !== "bad" && !wantsToken(state)) {
      this.#after(APPEAR_AFTER_MS, () => this.#show(words));
    } else this.#show(words);
    this.#after(LONG_WAIT_MS, () => this.#show(wordsOf(state, LONG_WAIT_MS, isHost)));
  }

  /** What keeps the element from showing anything. */
  showMistake(sentence: string): void {
    this.#stopTimers();
    this.#form.hidden = true;
    this.#show({ tone: "bad", short: "", title: "The scene cannot be shown", detail: sentence, action: null });
  }

  hide(): void {
    this.#stopTimers();
    this.element.hidden = true;
    this.#dim(false);
  }

  #show({ title, detail, action }: StateWords): void {
    this.element.hidden = false;
    this.#dim(true);
    setText(this.#title, title);
    setText(this.#detail, detail);
    setText(this.#action, action);
  }

  async #unlock(unlock: StatusCardActions["unlock"]): Promise<void> {
    const isRight = await unlock(tokenOf(this.#token.value));
    if (isRight) this.#token.value = "";
    else setText(this.#detail, "That token is not valid. Check the link and try again.");
  }

  #after(delayMs: number, act: () => void): void {
    this.#timers.push(setTimeout(act, delayMs));
  }

  #stopTimers(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
  }
}

function wantsToken(state: ViewerState): boolean {
  return state.kind === "locked" || (state.kind === "gone" && state.code === "link-ended");
}

/** The page that the server gives has a panel for these; an element has its card. */
function wordsOf(state: ViewerState, sinceMs: number, isHost: boolean): StateWords {
  const words = stateWords(state, sinceMs, isHost);
  if (state.kind === "locked") {
    return { ...words, title: "This room needs a token", detail: "Paste the share link that you were given." };
  }
  if (!wantsToken(state)) return words;
  return { ...words, title: "This link no longer works", detail: "Ask for a new link and paste it here." };
}

function part<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, name: string): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.setAttribute("part", name);
  return element;
}

function setText(element: HTMLElement, text: string | null): void {
  element.hidden = text === null;
  if (element.textContent !== (text ?? "")) element.textContent = text;
}
