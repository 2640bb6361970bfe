/** Owns the checks of what a viewer knows of the people in its room, and asks about them. */

import { expect, it } from "vitest";
import { People } from "../../../../client/people/people.ts";
import { peopleMessage, person, roomOf, welcome } from "./people-samples.ts";

const me = person(1, "Otter");
const ann = person(2, "Ann", { hasControl: true });

it("knows nobody before the server told of them", () => {
  const people = new People({ name: null, send: () => undefined });
  expect(people).toMatchObject({ all: [], total: 0, me: null, presence: false });
  expect(people.find(1)).toBeNull();
});

it("finds itself among the people, and counts those who are not told of", () => {
  const { people } = roomOf([me, ann], { total: 300 });
  expect(people).toMatchObject({ me, total: 300, presence: true });
  expect([people.find(2), people.find(3)]).toEqual([ann, null]);
});

it("keeps who it was until the people of the next connection are told", () => {
  const { people } = roomOf([me, ann]);
  people.handleWelcome({ ...welcome, person: 7 });
  expect(people.me).toEqual(me);
  people.handlePeople(peopleMessage([person(7, "Otter")]));
  expect(people.me?.number).toBe(7);
});

it("asks for another name and for somebody to be removed, and changes nothing by asking", () => {
  const { people, sent } = roomOf([me, ann]);
  people.rename("  Big   Otter ");
  people.kick(ann);
  people.kick(3);
  expect(sent).toEqual([
    { kind: "name", name: "Big Otter" },
    { kind: "control", request: { action: "kick", person: 2 } },
    { kind: "control", request: { action: "kick", person: 3 } },
  ]);
  expect(people.wishedName).toBe("Big Otter");
  expect(people.me?.name).toBe("Otter");
});

it("refuses a name of which nothing could be seen", () => {
  const { people, sent } = roomOf([me]);
  expect(() => people.rename(" \u200b ")).toThrow("name must have a character that can be seen.");
  expect(sent).toEqual([]);
});
