/** Owns people and companies for the tests. */

import { Company, type CompanySnapshot } from "../../../../client/people/company.ts";
import type { ControlRequest, Person } from "../../../../shared/people.ts";
import type { ServerMessage } from "../../../../shared/signaling.ts";

type Welcome = Extract<ServerMessage, { readonly kind: "welcome" }>;
type People = Extract<ServerMessage, { readonly kind: "people" }>;

export const welcome: Welcome = {
  kind: "welcome",
  protocol: 2,
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
export function peopleMessage(people: readonly Person[], more: Partial<People> = {}): People {
  const mode = more.mode ?? "one";
  const holder = mode === "everyone" ? null : (people.find(({ hasControl }) => hasControl)?.number ?? null);
  return { kind: "people", people, total: people.length, mode, locked: false, holder, ...more };
}

/** A company as person 1 sees it, and what it asked of the server. */
export function companyOf(
  people: readonly Person[],
  more: Partial<People> = {},
): { company: Company; asked: ControlRequest[] } {
  const asked: ControlRequest[] = [];
  const company = new Company((request) => asked.push(request));
  company.handleWelcome(welcome);
  company.handlePeople(peopleMessage(people, more));
  return { company, asked };
}

export function snapshot(people: readonly Person[], more: Partial<People> = {}): CompanySnapshot {
  return companyOf(people, more).company.snapshot;
}
