/** Owns who is in the room, as the server tells it. Nothing changes here before the server says so. */

import { cleanName, type Person } from "../../shared/people.ts";
import type { ClientMessage, ServerMessage } from "../../shared/signaling.ts";
import type { PersonRef, ViewerPeople } from "./viewer-people.ts";

export type PeopleOptions = {
  /** What this viewer wants to be called; null where it has no wish. */
  readonly name: string | null;
  readonly send: (message: ClientMessage) => void;
};

type Welcome = Extract<ServerMessage, { readonly kind: "welcome" }>;
type PeopleMessage = Extract<ServerMessage, { readonly kind: "people" }>;

export class People implements ViewerPeople {
  readonly #send: PeopleOptions["send"];
  #name: string | null;
  #number = 0;
  #presence = false;
  #all: readonly Person[] = [];
  #total = 0;
  #me: Person | null = null;

  constructor({ name, send }: PeopleOptions) {
    this.#name = name;
    this.#send = send;
  }

  /** What this viewer wants to be called; null where it has no wish. */
  get wishedName(): string | null {
    return this.#name;
  }

  get all(): readonly Person[] {
    return this.#all;
  }

  get total(): number {
    return this.#total;
  }

  get me(): Person | null {
    return this.#me;
  }

  get presence(): boolean {
    return this.#presence;
  }

  find(number: number): Person | null {
    return this.#all.find((person) => person.number === number) ?? null;
  }

  rename(name: string): void {
    const clean = cleanName(name);
    if (clean === null) throw new TypeError("name must have a character that can be seen.");
    this.#name = clean;
    this.#send({ kind: "name", name: clean });
  }

  kick(person: PersonRef): void {
    this.#send({ kind: "control", request: { action: "kick", person: numberOf(person) } });
  }

  /** The server takes us for another person from now on; the people follow. */
  handleWelcome({ person, presence }: Welcome): void {
    this.#number = person;
    this.#presence = presence;
  }

  handlePeople({ people, total }: PeopleMessage): void {
    this.#all = people;
    this.#total = total;
    this.#me = this.find(this.#number);
  }
}

export function numberOf(person: PersonRef): number {
  return typeof person === "number" ? person : person.number;
}
