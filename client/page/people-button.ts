/** Owns the button of the bar that leads to the people: who is there at a glance, and who has control. */

import type { Person } from "../index.ts";
import { dressAvatar, makeAvatar } from "./avatar.ts";
import { find, make } from "./elements.ts";
import type { PeopleSnapshot } from "./people-snapshot.ts";
import { controlHint, shortControlHint } from "./people-words.ts";

const MAX_AVATARS = 3;

export class PeopleButton {
  readonly #button = find("people-button", HTMLButtonElement);
  readonly #icon = find("people-icon", SVGElement);
  readonly #avatars = find("people-avatars", HTMLElement);
  readonly #hint = find("control-hint", HTMLElement);
  readonly #count = find("people-count", HTMLElement);

  handlePeople(snapshot: PeopleSnapshot, total: number): void {
    // Who has control stands first, which is all that small screens have room for.
    const people = snapshot.people.toSorted((a, b) => Number(isHolder(b, snapshot)) - Number(isHolder(a, snapshot)));
    this.#button.hidden = false;
    const isAlone = total < 2;
    const hint = controlHint(snapshot);
    this.#icon.toggleAttribute("hidden", !isAlone);
    this.#avatars.hidden = isAlone;
    this.#avatars.replaceChildren(
      ...people.slice(0, MAX_AVATARS).map((person) => {
        const avatar = makeAvatar();
        dressAvatar(avatar, person);
        return avatar;
      }),
    );
    if (total > MAX_AVATARS) this.#avatars.append(make("span", "avatar-rest", `+${total - MAX_AVATARS}`));
    const words = [make("span", "hint-long", hint), make("span", "hint-short", shortControlHint(snapshot))];
    this.#hint.replaceChildren(...(hint === "" ? [] : words));
    this.#button.toggleAttribute("data-mine", snapshot.control.isMine && hint !== "");
    this.#count.textContent = isAlone ? "People" : `People, ${total}. `;
  }

  /** There is nobody to be told of. */
  hide(): void {
    this.#button.hidden = true;
  }

  setOpen(isOpen: boolean): void {
    this.#button.ariaExpanded = String(isOpen);
  }
}

function isHolder({ number }: Person, { control }: PeopleSnapshot): boolean {
  return control.holder?.number === number;
}
