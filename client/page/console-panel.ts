/** Owns the console of the scene as hosts see it: closed until it is opened, its head says whether something is wrong. */

import type { ConsoleLevel, ConsoleLine, Viewer } from "../index.ts";
import { make, makeButton } from "./elements.ts";

/** Older lines go. */
const MAX_LINES = 200;

type Shown = ConsoleLine & { readonly row: HTMLElement; readonly count: HTMLElement; times: number };

export class ConsolePanel {
  readonly #panel = make("details", "console glass");
  readonly #list = make("ol", "console-lines");
  readonly #badge = make("span", "console-badge");
  #newest: Shown | null = null;
  #problems = 0;

  constructor(viewer: Viewer) {
    const summary = make("summary", "", "Console ", this.#badge);
    const clear = makeButton("small-action", "Clear", () => this.#clear());
    this.#panel.append(summary, this.#list, clear);
    this.#panel.hidden = true;
    // So that the keyboard can scroll it.
    this.#list.tabIndex = 0;
    const place = make("aside", "", this.#panel);
    place.ariaLabel = "Console of the scene";
    this.#panel.addEventListener("toggle", () => this.#scroll());
    document.body.append(place);
    viewer.on("consolePrinted", (line) => this.#add(line));
    viewer.on("noticeChanged", ({ text }) => {
      if (text !== null && viewer.role === "host") this.#add({ level: "error", text });
    });
  }

  #add(line: ConsoleLine): void {
    this.#panel.hidden = false;
    const isAtEnd = this.#list.scrollTop + this.#list.clientHeight > this.#list.scrollHeight - 8;
    if (this.#newest?.level === line.level && this.#newest.text === line.text) this.#repeat(this.#newest);
    else this.#append(line);
    this.#count(line.level);
    if (isAtEnd) this.#scroll();
  }

  #append(line: ConsoleLine): void {
    const count = make("span", "console-times");
    const row = make("li", "", count, line.text);
    row.dataset["level"] = line.level;
    this.#list.append(row);
    this.#newest = { ...line, row, count, times: 1 };
    if (this.#list.childElementCount > MAX_LINES) this.#list.firstElementChild?.remove();
  }

  #repeat(shown: Shown): void {
    shown.times += 1;
    shown.count.textContent = `${shown.times}×`;
  }

  #count(level: ConsoleLevel): void {
    if (level === "warn" || level === "error") this.#problems += 1;
    this.#badge.textContent = this.#problems === 0 ? "" : String(this.#problems);
    if (level === "error") this.#panel.dataset["tone"] = "bad";
  }

  #clear(): void {
    this.#list.replaceChildren();
    this.#newest = null;
    this.#problems = 0;
    this.#badge.textContent = "";
    delete this.#panel.dataset["tone"];
    this.#panel.open = false;
    this.#panel.hidden = true;
  }

  #scroll(): void {
    this.#list.scrollTop = this.#list.scrollHeight;
  }
}
