/**
 * Owns who else is there and who steers, as the server tells it. Pure but for its events. What is asked of the server leaves
 * by `send`; nothing changes here before the server says so.
 */

import { Emitter } from "../../shared/emitter.ts";
import type { ControlMode, ControlRequest, Person, Role } from "../../shared/people.ts";
import type { ServerMessage } from "../../shared/signaling.ts";

/** Who steers. */
export type Control = {
  readonly mode: ControlMode;
  /** Whether control is given by hosts alone. */
  readonly locked: boolean;
  /** Whether one person has control, who may not be told of. */
  readonly isHeld: boolean;
  /** Who has control where it is one person's and that person is told of; null where it is nobody's or everybody's. */
  readonly holder: Person | null;
  /** Whether our own input reaches the scene. */
  readonly isMine: boolean;
};

/** What one moment of the company is. */
export type CompanySnapshot = {
  readonly people: readonly Person[];
  readonly me: Person | null;
  readonly control: Control;
};

export type CompanyEvents = {
  readonly peopleChanged: { readonly people: readonly Person[] };
  readonly controlChanged: { readonly control: Control };
};

type Welcome = Extract<ServerMessage, { readonly kind: "welcome" }>;
type PeopleMessage = Extract<ServerMessage, { readonly kind: "people" }>;

export class Company extends Emitter<CompanyEvents> {
  readonly #send: (request: ControlRequest) => void;
  #welcome: Welcome | null = null;
  #people: readonly Person[] = [];
  #total = 0;
  #me: Person | null = null;
  #control: Control = { mode: "everyone", locked: false, isHeld: false, holder: null, isMine: false };
  #isTold = false;

  constructor(send: (request: ControlRequest) => void) {
    super();
    this.#send = send;
  }

  get people(): readonly Person[] {
    return this.#people;
  }

  /** How many there are, also those who are not told of. */
  get total(): number {
    return this.#total;
  }

  get me(): Person | null {
    return this.#me;
  }

  get control(): Control {
    return this.#control;
  }

  /** Null before the server said it. */
  get role(): Role | null {
    return this.#welcome?.role ?? null;
  }

  /** Whether others are told of at all. */
  get presence(): boolean {
    return this.#welcome?.presence ?? false;
  }

  get canLink(): boolean {
    return this.#welcome?.canLink ?? false;
  }

  /** The room under `s/`; "" for the common scene. */
  get room(): string {
    return this.#welcome?.room ?? "";
  }

  /** Whether the people of the present connection are known. */
  get isTold(): boolean {
    return this.#isTold;
  }

  get snapshot(): CompanySnapshot {
    return { people: this.#people, me: this.#me, control: this.#control };
  }

  /** The person with this number, if it is told of. */
  find(number: number): Person | null {
    return this.#people.find((person) => person.number === number) ?? null;
  }

  /** The server takes us for another person from now on; the people follow. */
  handleWelcome(welcome: Welcome): void {
    this.#welcome = welcome;
    this.#isTold = false;
  }

  handlePeople({ people, total, mode, locked, holder }: PeopleMessage): void {
    this.#isTold = true;
    this.#people = people;
    this.#total = total;
    this.#me = this.find(this.#welcome?.person ?? 0);
    const control: Control = {
      mode,
      locked,
      isHeld: holder !== null,
      holder: holder === null ? null : this.find(holder),
      isMine: this.#me?.hasControl ?? false,
    };
    const isSame = isSameControl(control, this.#control);
    this.#control = control;
    this.emit("peopleChanged", { people });
    if (!isSame) this.emit("controlChanged", { control });
  }

  /** Asks the server. What becomes of it comes as people, or as a refusal. */
  request(request: ControlRequest): void {
    this.#send(request);
  }
}

function isSameControl(a: Control, b: Control): boolean {
  const isSameHolder = a.holder?.number === b.holder?.number && a.holder?.name === b.holder?.name;
  return isSameHolder && a.isHeld === b.isHeld && a.mode === b.mode && a.locked === b.locked && a.isMine === b.isMine;
}
