/** Owns the panel of the people: who is there, what may be done about control, and what hosts decide. */

import type { Person, Viewer, ViewerState } from "../index.ts";
import { type ActionOnOther, type OwnAction, ownActions } from "./control-rules.ts";
import { copyText } from "./copy-text.ts";
import { find, makeButton } from "./elements.ts";
import { HostSection } from "./host-section.ts";
import { InviteSection } from "./invite-section.ts";
import { NameField } from "./name-field.ts";
import { PeopleButton } from "./people-button.ts";
import { type PeopleSnapshot, snapshotOf } from "./people-snapshot.ts";
import { controlSentence, otherPeopleWords } from "./people-words.ts";
import { PersonRow } from "./person-row.ts";
import type { Toasts } from "./toasts.ts";

const actionWords: Readonly<Record<OwnAction, string>> = {
  ask: "Ask for control",
  withdraw: "Stop asking",
  release: "Release control",
  take: "Take control",
};

export class PeoplePanel {
  readonly #viewer: Viewer;
  readonly #toasts: Toasts;
  readonly #panel = find("people", HTMLElement);
  readonly #title = find("people-title", HTMLElement);
  readonly #list = find("people-list", HTMLElement);
  readonly #rest = find("people-rest", HTMLElement);
  readonly #sentence = find("control-sentence", HTMLElement);
  readonly #own = find("own-actions", HTMLElement);
  readonly #stateButton = find("state-link-button", HTMLButtonElement);
  readonly #button = new PeopleButton();
  readonly #host: HostSection;
  readonly #invite: InviteSection;
  readonly #name: NameField;
  readonly #rows = new Map<number, PersonRow>();
  #offered = "";

  constructor(viewer: Viewer, toasts: Toasts) {
    this.#viewer = viewer;
    this.#toasts = toasts;
    this.#host = new HostSection(viewer);
    this.#invite = new InviteSection(viewer);
    this.#name = new NameField((name) => viewer.people.rename(name));
    viewer.on("peopleChanged", () => this.#update());
    viewer.on("stateChanged", ({ state }) => this.#handleState(state));
    viewer.on("sceneStateChanged", ({ state }) => {
      this.#stateButton.hidden = state === null;
    });
    this.#stateButton.addEventListener("click", () => void this.#copyStateLink());
    find("people-button", HTMLButtonElement).addEventListener("click", () => this.toggle());
    find("people-close", HTMLButtonElement).addEventListener("click", () => this.#close());
    this.#panel.addEventListener("keydown", (event) => void (event.key === "Escape" && this.#close()));
  }

  toggle(): void {
    if (this.#rows.size === 0) return;
    const isOpen = this.#panel.hidden !== false;
    this.#panel.hidden = !isOpen;
    this.#button.setOpen(isOpen);
    if (isOpen) void this.#invite.refresh();
  }

  /** Without the server there is nobody; who comes back is told anew. */
  #handleState({ kind }: ViewerState): void {
    if (kind !== "gone" && kind !== "locked" && kind !== "queued") return;
    this.#close();
    this.#button.hide();
    for (const { element } of this.#rows.values()) element.remove();
    this.#rows.clear();
  }

  #close(): void {
    if (this.#panel.hidden !== false) return;
    this.toggle();
    this.#viewer.element.focus({ preventScroll: true });
  }

  #update(): void {
    const snapshot = snapshotOf(this.#viewer);
    const { people } = this.#viewer;
    // Where nobody is told of the others there is only control to speak of.
    this.#list.hidden = !people.presence;
    this.#title.textContent = people.presence ? "People" : "Control";
    this.#button.handlePeople(snapshot, people.total);
    this.#updateRows(snapshot);
    const rest = otherPeopleWords(people.all.length, people.total);
    this.#rest.hidden = rest === null || !people.presence;
    this.#rest.textContent = rest;
    this.#sentence.textContent = controlSentence(snapshot);
    this.#offer(ownActions(snapshot));
    this.#host.update();
    this.#invite.update();
  }

  #updateRows(snapshot: PeopleSnapshot): void {
    for (const [number, row] of this.#rows) {
      if (snapshot.people.some((person) => person.number === number)) continue;
      row.element.remove();
      this.#rows.delete(number);
    }
    for (const [index, person] of snapshot.people.entries()) {
      const row = this.#rowOf(person);
      // Moving an element takes the focus from what is in it.
      if (this.#list.children[index] !== row.element)
        this.#list.insertBefore(row.element, this.#list.children[index] ?? null);
      const isMe = person.number === snapshot.me?.number;
      if (isMe) this.#name.handleName(person.name);
      row.handlePerson(person, snapshot, isMe ? this.#name.element : null);
    }
  }

  #rowOf(person: Person): PersonRow {
    const known = this.#rows.get(person.number);
    if (known !== undefined) return known;
    const row = new PersonRow(person, { act: (action, person) => this.#act(action, person) });
    this.#rows.set(person.number, row);
    return row;
  }

  #act(action: ActionOnOther, person: Person): void {
    if (action === "grant") this.#viewer.control.grant(person);
    else if (action === "refuse") this.#viewer.control.refuse(person);
    else this.#viewer.people.kick(person);
  }

  #offer(actions: readonly OwnAction[]): void {
    const offered = actions.join();
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.#own.replaceChildren(
      ...actions.map((action) => makeButton("small-action", actionWords[action], () => this.#actForSelf(action))),
    );
  }

  #actForSelf(action: OwnAction): void {
    switch (action) {
      case "ask":
        return this.#viewer.control.ask();
      case "withdraw":
        return this.#viewer.control.withdraw();
      case "release":
        return this.#viewer.control.release();
      case "take":
        return this.#viewer.control.take();
    }
  }

  async #copyStateLink(): Promise<void> {
    const link = this.#viewer.scene.stateLink();
    if (link === null) return;
    const isCopied = await copyText(link);
    this.#toasts.show({
      key: "state-link",
      text: isCopied ? "Link to this view copied." : "Your browser did not allow the link to be copied.",
    });
  }
}
