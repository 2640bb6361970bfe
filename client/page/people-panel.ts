/** Owns the panel of the people: who is there, what may be done about control, and what hosts decide. */

import type { Person } from "../../shared/people.ts";
import type { CompanySnapshot } from "../people/company.ts";
import type { Viewer } from "../viewer.ts";
import type { ViewerState } from "../viewer-state.ts";
import { snapshotOf } from "./company-snapshot.ts";
import { type ActionOnOther, type OwnAction, ownActions } from "./control-rules.ts";
import { copyText } from "./copy-text.ts";
import { find, makeButton } from "./elements.ts";
import { HostSection } from "./host-section.ts";
import { InviteSection } from "./invite-section.ts";
import { NameField } from "./name-field.ts";
import { PeopleButton } from "./people-button.ts";
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
    this.#name = new NameField((name) => viewer.setName(name));
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
    const company = snapshotOf(this.#viewer);
    // Where nobody is told of the others there is only control to speak of.
    this.#list.hidden = !this.#viewer.presence;
    this.#title.textContent = this.#viewer.presence ? "People" : "Control";
    this.#button.handleCompany(company, this.#viewer.peopleCount);
    this.#updateRows(company);
    const rest = otherPeopleWords(company.people.length, this.#viewer.peopleCount);
    this.#rest.hidden = rest === null || !this.#viewer.presence;
    this.#rest.textContent = rest;
    this.#sentence.textContent = controlSentence(company);
    this.#offer(ownActions(company));
    this.#host.update();
    this.#invite.update();
  }

  #updateRows(company: CompanySnapshot): void {
    for (const [number, row] of this.#rows) {
      if (company.people.some((person) => person.number === number)) continue;
      row.element.remove();
      this.#rows.delete(number);
    }
    for (const [index, person] of company.people.entries()) {
      const row = this.#rowOf(person);
      // Moving an element takes the focus from what is in it.
      if (this.#list.children[index] !== row.element)
        this.#list.insertBefore(row.element, this.#list.children[index] ?? null);
      const isMe = person.number === company.me?.number;
      if (isMe) this.#name.handleName(person.name);
      row.handlePerson(person, company, isMe ? this.#name.element : null);
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
    if (action === "grant") this.#viewer.grantControl(person);
    else if (action === "refuse") this.#viewer.refuseControl(person);
    else this.#viewer.kick(person);
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
        return this.#viewer.askForControl();
      case "withdraw":
        return this.#viewer.withdrawAsk();
      case "release":
        return this.#viewer.releaseControl();
      case "take":
        return this.#viewer.takeControl();
    }
  }

  async #copyStateLink(): Promise<void> {
    const link = this.#viewer.stateLink();
    if (link === null) return;
    const isCopied = await copyText(link);
    this.#toasts.show({
      key: "state-link",
      text: isCopied ? "Link to this view copied." : "The browser did not copy the link.",
    });
  }
}
