/**
 * Owns the people of a room in the main process: joins their names and who steers to the viewers. What one does
 * wrong is told to it alone.
 */

import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import { MAX_PEOPLE_TOLD, type Person } from "../../shared/people.ts";
import type { ServerMessage, ViewerMessage } from "../../shared/signaling.ts";
import type { ResolvedControl } from "../options/people-options.ts";
import type { MessageSender } from "../session/session-protocol.ts";
import { Control } from "./control.ts";
import { type Appearance, Names } from "./names.ts";
import type { ViewerDirectory, ViewerEntry } from "./viewer-directory.ts";

/** What a viewer says that concerns the people. */
export type PeopleMessage = Extract<ViewerMessage, { readonly kind: "control" | "name" | "pause" }>;

export type PeopleEvents = {
  /** The input of these viewers reaches the scene from now on, and of no others. */
  readonly steeringChanged: { readonly viewerIds: readonly string[] };
  readonly kicked: { readonly viewerId: string };
};

export type PeopleOptions = {
  readonly viewers: ViewerDirectory;
  readonly control: ResolvedControl;
  /** Whether viewers are told of each other. */
  readonly presence: boolean;
};

/** The list is sent at once, and then at most so often, in milliseconds. */
const SEND_PAUSE_MS = 100;
const CHECK_MS = 500;

/** For the moment in which somebody goes. */
const nobody: Appearance = { name: "", color: "#000000" };

type PeopleList = Extract<ServerMessage, { readonly kind: "people" }>;

export class People extends Emitter<PeopleEvents> {
  readonly control: Control;
  readonly #viewers: ViewerDirectory;
  readonly #presence: boolean;
  readonly #names = new Names({ clock: () => performance.now() });
  readonly #viewerIds = new Map<number, string>();
  readonly #away = new Set<number>();
  #lastNumber = 0;
  #steering = "";
  #sendTimer: NodeJS.Timeout | undefined;
  #isSendDue = false;
  #checkTimer: NodeJS.Timeout | undefined;

  constructor({ viewers, control, presence }: PeopleOptions) {
    super();
    this.#viewers = viewers;
    this.#presence = presence;
    this.control = new Control({ ...control, clock: () => performance.now() });
    this.control.on("changed", () => this.#handleControl());
    this.control.on("refused", ({ person }) => {
      this.#refuse(person, new StreamError("control-refused", "Your request for control was declined."));
    });
    this.control.on("kicked", ({ person }) => {
      const viewerId = this.#viewerIds.get(person);
      if (viewerId !== undefined) this.emit("kicked", { viewerId });
    });
    viewers.on("joined", ({ viewerId, entry }) => this.#handleJoined(viewerId, entry));
    viewers.on("left", ({ entry }) => this.#handleLeft(entry.person));
  }

  /** The number of somebody who is about to join, with the name that it wishes for. */
  prepare(name: string | null, isNameFixed: boolean): number {
    this.#lastNumber += 1;
    this.#names.add(this.#lastNumber, name, isNameFixed);
    return this.#lastNumber;
  }

  /** Takes back `prepare`: somebody did not join after all. */
  discard(person: number): void {
    this.#names.remove(person);
  }

  /** The viewers whose input reaches the scene. */
  get steering(): readonly string[] {
    return this.control.controllers.flatMap((person) => this.#viewerIds.get(person) ?? []);
  }

  /** The viewers who wait for control, the first first. */
  get asking(): readonly string[] {
    return this.control.asking.flatMap((person) => this.#viewerIds.get(person) ?? []);
  }

  get holder(): string | null {
    const { holder } = this.control;
    return holder === null ? null : (this.#viewerIds.get(holder) ?? null);
  }

  isPaused(viewerId: string): boolean {
    return this.#away.has(this.#viewers.get(viewerId)?.person ?? 0);
  }

  /** What everybody may know of a viewer. */
  personOf({ person: number, identity }: ViewerEntry): Person {
    const { name, color } = this.#names.get(number) ?? nobody;
    return {
      number,
      name,
      color,
      role: identity.role,
      hasControl: this.control.hasControl(number),
      isAsking: this.control.isAsking(number),
      isAway: this.#away.has(number),
    };
  }

  /** Who sends a message to the scene. */
  senderOf(entry: ViewerEntry): MessageSender {
    const { number, name, role, hasControl } = this.personOf(entry);
    return { person: number, name: this.#presence ? name : "", role, hasControl };
  }

  handleMessage(viewerId: string, message: PeopleMessage): void {
    const person = this.#viewers.get(viewerId)?.person;
    if (person === undefined) return;
    try {
      switch (message.kind) {
        case "control":
          return this.control.request(person, message.request);
        case "name":
          this.#names.rename(person, message.name);
          return this.#sendListSoon();
        case "pause":
          return this.#setAway(person, message.paused);
      }
    } catch (error) {
      if (error instanceof TypeError) this.#refuse(person, new StreamError("bad-message", error.message));
      else if (error instanceof StreamError) this.#refuse(person, error);
      else throw error;
    }
  }

  /** Input of these viewers reached the scene just now. */
  noteActive(viewerIds: readonly string[]): void {
    for (const viewerId of viewerIds) {
      const entry = this.#viewers.get(viewerId);
      if (entry !== null) this.control.noteActive(entry.person);
    }
  }

  close(): void {
    clearTimeout(this.#sendTimer);
    clearInterval(this.#checkTimer);
  }

  #handleJoined(viewerId: string, { person, identity, way }: ViewerEntry): void {
    this.#viewerIds.set(person, viewerId);
    this.control.join(person, identity.role, way === "page" || way === "http");
    this.#sendListSoon();
  }

  #handleLeft(person: number): void {
    this.#viewerIds.delete(person);
    this.#away.delete(person);
    this.control.leave(person);
    this.#names.remove(person);
    this.#sendListSoon();
  }

  #setAway(person: number, isAway: boolean): void {
    if (this.#away.has(person) === isAway) return;
    if (isAway) this.#away.add(person);
    else this.#away.delete(person);
    this.control.setAway(person, isAway);
    this.#sendListSoon();
  }

  #refuse(person: number, { code, message }: StreamError): void {
    const viewerId = this.#viewerIds.get(person);
    if (viewerId !== undefined) this.#viewers.refuse(viewerId, code, message);
  }

  #handleControl(): void {
    const viewerIds = this.steering;
    const key = viewerIds.join(" ");
    if (key !== this.#steering) {
      this.#steering = key;
      this.emit("steeringChanged", { viewerIds });
    }
    clearInterval(this.#checkTimer);
    if (this.control.isWaiting) this.#checkTimer = setInterval(() => this.control.check(), CHECK_MS);
    this.#sendListSoon();
  }

  /** Many changes at once are one list. */
  #sendListSoon(): void {
    this.#isSendDue = true;
    this.#sendTimer ??= setTimeout(() => this.#sendList(), 0);
  }

  #sendList(): void {
    this.#isSendDue = false;
    const people = [...this.#viewers.entries.values()].map((entry) => this.personOf(entry));
    const { mode, locked, holder } = this.control;
    const total = people.length;
    const all: PeopleList = {
      kind: "people",
      people: people.slice(0, MAX_PEOPLE_TOLD),
      total,
      mode,
      locked,
      holder,
    };
    if (this.#presence && total <= MAX_PEOPLE_TOLD) this.#viewers.broadcast(all);
    else this.#viewers.sendEach((_viewerId, { person }) => this.#listFor(person, people, all));
    this.#sendTimer = setTimeout(() => {
      this.#sendTimer = undefined;
      if (this.#isSendDue) this.#sendList();
    }, SEND_PAUSE_MS);
  }

  /** Nobody is left out of its own list. */
  #listFor(person: number, people: readonly Person[], all: PeopleList): PeopleList {
    const own = people.filter(({ number }) => number === person);
    if (!this.#presence) return { ...all, people: own, total: 1 };
    const isTold = all.people.some(({ number }) => number === person);
    return isTold ? all : { ...all, people: [...own, ...all.people.slice(0, MAX_PEOPLE_TOLD - 1)] };
  }
}
