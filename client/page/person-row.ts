/** Owns the row of one person in the panel: who it is, what it does, and what may be done with it. */

import type { Person } from "../index.ts";
import { dressAvatar, makeAvatar } from "./avatar.ts";
import { type ActionOnOther, actionsOn } from "./control-rules.ts";
import { make, makeButton, makeIcon, makeTool } from "./elements.ts";
import type { PeopleSnapshot } from "./people-snapshot.ts";
import { personDetail } from "./people-words.ts";

export type PersonRowOptions = {
  readonly act: (action: ActionOnOther, person: Person) => void;
};

/** A second click within this time confirms. */
const CONFIRM_MS = 4000;

export class PersonRow {
  readonly element: HTMLElement;
  readonly #act: PersonRowOptions["act"];
  readonly #avatar = makeAvatar();
  readonly #name = make("span", "person-name");
  readonly #detail = make("span", "person-detail");
  readonly #hand = make("span", "person-hand");
  readonly #actions = make("span", "person-actions");
  #person: Person;
  #offered = "";

  constructor(person: Person, options: PersonRowOptions) {
    this.#person = person;
    this.#act = options.act;
    this.#hand.append(makeIcon("hand"));
    this.#hand.ariaHidden = "true";
    const text = make("span", "person-text", this.#name, this.#detail);
    this.element = make("li", "person", this.#avatar, text, this.#hand, this.#actions);
  }

  /** `nameField` stands in the place of the name where it can be changed. */
  handlePerson(person: Person, snapshot: PeopleSnapshot, nameField: HTMLElement | null): void {
    this.#person = person;
    dressAvatar(this.#avatar, person);
    if (nameField === null) this.#name.textContent = person.name;
    else if (nameField.parentElement !== this.#name) this.#name.replaceChildren(nameField);
    this.#detail.textContent = personDetail(person, person.number === snapshot.me?.number);
    this.#hand.hidden = !person.hasControl;
    this.element.toggleAttribute("data-asking", person.isAsking);
    this.element.toggleAttribute("data-away", person.isAway);
    this.#offer(actionsOn(person, snapshot), person);
  }

  /** Buttons are made anew only where others are offered, so that focus stays. */
  #offer(actions: readonly ActionOnOther[], { name, isAsking }: Person): void {
    const offered = [...actions, isAsking, name].join();
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.#actions.replaceChildren(...actions.map((action) => this.#makeAction(action, isAsking, name)));
  }

  #makeAction(action: ActionOnOther, isAsking: boolean, name: string): HTMLElement {
    switch (action) {
      case "grant": {
        const grant = () => this.#act("grant", this.#person);
        if (!isAsking) return makeTool("hand", `Give control to ${name}`, grant);
        const button = makeButton("small-action", "Give", grant);
        button.ariaLabel = `Give control to ${name}`;
        return button;
      }
      case "refuse": {
        const button = makeButton("small-action quiet", "Not now", () => this.#act("refuse", this.#person));
        button.ariaLabel = `Not now: do not give control to ${name}`;
        return button;
      }
      case "kick":
        return this.#makeKick(name);
    }
  }

  /** Asks once more before it removes somebody. */
  #makeKick(name: string): HTMLElement {
    const tool = makeTool("leave", `Remove ${name}`, () => {
      tool.replaceWith(sure);
      sure.focus();
      setTimeout(takeBack, CONFIRM_MS);
    });
    const sure = makeButton("small-action danger", "Remove?", () => this.#act("kick", this.#person));
    const takeBack = (): void => sure.replaceWith(tool);
    sure.ariaLabel = `Remove ${name}: press again to confirm`;
    sure.addEventListener("blur", takeBack);
    return tool;
  }
}
