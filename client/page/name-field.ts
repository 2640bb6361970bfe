/** Owns changing one's own name: a button that becomes a field, and remembers what was typed. */

import { cleanName, MAX_NAME_LENGTH } from "../index.ts";
import { make, makeButton, makeIcon } from "./elements.ts";
import { writePreference } from "./preferences.ts";

export const NAME_PREFERENCE = "name";

export class NameField {
  readonly element: HTMLElement = make("span", "name-field");
  readonly #text = make("span", "name-text");
  readonly #button: HTMLButtonElement;
  readonly #field = make("input", "");
  readonly #rename: (name: string) => void;

  constructor(rename: (name: string) => void) {
    this.#rename = rename;
    this.#button = makeButton("name-button", "", () => this.#edit());
    this.#button.append(this.#text, makeIcon("pencil"));
    this.#button.title = "Change your name";
    this.#field.maxLength = MAX_NAME_LENGTH;
    this.#field.autocomplete = "off";
    this.#field.spellcheck = false;
    this.#field.ariaLabel = "Your name";
    this.#field.addEventListener("keydown", (event) => this.#handleKey(event));
    this.#field.addEventListener("blur", () => this.#end());
    this.element.append(this.#button);
  }

  handleName(name: string): void {
    if (this.#text.textContent === name) return;
    this.#text.textContent = name;
    this.#button.ariaLabel = `${name}: change your name`;
  }

  #edit(): void {
    this.#field.value = this.#text.textContent;
    this.element.replaceChildren(this.#field);
    this.#field.select();
  }

  #handleKey(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Escape") this.#field.value = this.#text.textContent;
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    this.#end();
    this.#button.focus();
  }

  #end(): void {
    if (!this.#field.isConnected) return;
    const name = cleanName(this.#field.value);
    this.element.replaceChildren(this.#button);
    if (name === null || name === this.#text.textContent) return;
    writePreference(NAME_PREFERENCE, name);
    this.#rename(name);
  }
}
