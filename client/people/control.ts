/**
 * Owns who steers, as the server tells it, and what may be asked about it. Nothing changes here before the server says
 * so: what becomes of a request comes as another state, or as a refusal.
 */

import type { ControlMode, ControlRequest, Person } from "../../shared/people.ts";
import type { ServerMessage } from "../../shared/signaling.ts";
import { numberOf, type People } from "./people.ts";
import type { ControlState, ViewerControl } from "./viewer-control.ts";
import type { PersonRef } from "./viewer-people.ts";

type PeopleMessage = Extract<ServerMessage, { readonly kind: "people" }>;

export class Control implements ViewerControl {
  readonly #people: People;
  readonly #request: (request: ControlRequest) => void;
  #state: ControlState = { mode: "everyone", locked: false, isHeld: false, holder: null, isMine: false };

  constructor(people: People, request: (request: ControlRequest) => void) {
    this.#people = people;
    this.#request = request;
  }

  get state(): ControlState {
    return this.#state;
  }

  get mode(): ControlMode {
    return this.#state.mode;
  }

  get locked(): boolean {
    return this.#state.locked;
  }

  get isHeld(): boolean {
    return this.#state.isHeld;
  }

  get holder(): Person | null {
    return this.#state.holder;
  }

  get isMine(): boolean {
    return this.#state.isMine;
  }

  ask(): void {
    this.#request({ action: "ask" });
  }

  withdraw(): void {
    this.#request({ action: "withdraw" });
  }

  release(): void {
    this.#request({ action: "release" });
  }

  take(): void {
    this.#request({ action: "take" });
  }

  grant(person: PersonRef): void {
    this.#request({ action: "grant", person: numberOf(person) });
  }

  refuse(person: PersonRef): void {
    this.#request({ action: "refuse", person: numberOf(person) });
  }

  setLocked(locked: boolean): void {
    this.#request({ action: "lock", locked });
  }

  setMode(mode: ControlMode): void {
    this.#request({ action: "mode", mode });
  }

  /** To be called once the people of the message are known. Gives whether anything changed. */
  handlePeople({ mode, locked, holder }: PeopleMessage): boolean {
    const before = this.#state;
    this.#state = {
      mode,
      locked,
      isHeld: holder !== null,
      holder: holder === null ? null : this.#people.find(holder),
      isMine: this.#people.me?.hasControl ?? false,
    };
    return !isSameState(this.#state, before);
  }
}

function isSameState(a: ControlState, b: ControlState): boolean {
  const isSameHolder = a.holder?.number === b.holder?.number && a.holder?.name === b.holder?.name;
  return isSameHolder && a.isHeld === b.isHeld && a.mode === b.mode && a.locked === b.locked && a.isMine === b.isMine;
}
