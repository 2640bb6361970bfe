/** Owns people and what is asked of the server about them, for the tests. */

import type { PeopleSnapshot } from "../../../../client/page/people-snapshot.ts";
import { Control } from "../../../../client/people/control.ts";
import { People } from "../../../../client/people/people.ts";
import type { Person } from "../../../../shared/people.ts";
import { type ClientMessage, PROTOCOL_VERSION, type ServerMessage } from "../../../../shared/signaling.ts";

type Welcome = Extract<ServerMessage, { readonly kind: "welcome" }>;
type PeopleMessage = Extract<ServerMessage, { readonly kind: "people" }>;

export const welcome: Welcome = {
  kind: "welcome",
  protocol: PROTOCOL_VERSION,
  viewerId: "secret",
  title: "Spheres",
  size: { width: 1280, height: 720 },
  iceServers: [],
  person: 1,
  role: "controller",
  room: null,
  presence: true,
  canLink: false,
};

export function person(number: number, name: string, more: Partial<Person> = {}): Person {
  const quiet = { color: "#2277dd", role: "controller", hasControl: false, isAsking: false, isAway: false } as const;
  return { number, name, ...quiet, ...more };
}

/** What the server tells of these people; who has control holds it, but where everybody steers. */
export function peopleMessage(people: readonly Person[], more: Partial<PeopleMessage> = {}): PeopleMessage {
  const mode = more.mode ?? "one";
  const holder = mode === "everyone" ? null : (people.find(({ hasControl }) => hasControl)?.number ?? null);
  return { kind: "people", people, total: people.length, mode, locked: false, holder, ...more };
}

/** People and control as person 1 sees them, and what left for the server. */
export function roomOf(
  people: readonly Person[],
  more: Partial<PeopleMessage> = {},
): { people: People; control: Control; sent: ClientMessage[] } {
  const sent: ClientMessage[] = [];
  const all = new People({ name: null, send: (message) => sent.push(message) });
  const control = new Control(all, (request) => sent.push({ kind: "control", request }));
  all.handleWelcome(welcome);
  all.handlePeople(peopleMessage(people, more));
  control.handlePeople(peopleMessage(people, more));
  return { people: all, control, sent };
}

export function snapshot(people: readonly Person[], more: Partial<PeopleMessage> = {}): PeopleSnapshot {
  const room = roomOf(people, more);
  return { people: room.people.all, me: room.people.me, control: room.control.state };
}
