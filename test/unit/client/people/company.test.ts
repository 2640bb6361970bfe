/** Owns the checks of what a viewer knows of the others. */

import { expect, it } from "vitest";
import { Company } from "../../../../client/people/company.ts";
import { companyOf, peopleMessage, person, welcome } from "./company-samples.ts";

const me = person(1, "Otter");
const ann = person(2, "Ann", { hasControl: true });

it("knows nobody before the server told of them", () => {
  const company = new Company(() => undefined);
  expect(company).toMatchObject({ people: [], me: null, role: null, presence: false, isTold: false });
  expect(company.control).toMatchObject({ holder: null, isMine: false });
});

it("finds itself and who has control among the people", () => {
  const { company } = companyOf([me, ann], { total: 300 });
  expect(company.me).toEqual(me);
  expect(company.control).toEqual({ mode: "one", locked: false, isHeld: true, holder: ann, isMine: false });
  expect(company.total).toBe(300);
});

it("knows that control is held by somebody who is not told of", () => {
  const { company } = companyOf([me], { holder: 2 });
  expect(company.control).toMatchObject({ isHeld: true, holder: null, isMine: false });
});

it("tells of people at every message, and of control when it changed", () => {
  const { company } = companyOf([me, ann]);
  const told: string[] = [];
  company.on("peopleChanged", () => told.push("people"));
  company.on("controlChanged", ({ control }) => told.push(control.isMine ? "mine" : "not mine"));
  company.handlePeople(peopleMessage([me, ann, person(3, "Ben")]));
  company.handlePeople(peopleMessage([person(1, "Otter", { hasControl: true }), person(2, "Ann")]));
  company.handlePeople(peopleMessage([person(1, "Otter", { hasControl: true })], { locked: true }));
  expect(told).toEqual(["people", "people", "mine", "people", "mine"]);
});

it("keeps who it was until the people of the next connection are told", () => {
  const { company } = companyOf([me, ann]);
  company.handleWelcome({ ...welcome, person: 7, role: "host" });
  expect(company).toMatchObject({ me, role: "host", isTold: false });
  company.handlePeople(peopleMessage([person(7, "Otter")]));
  expect(company.me?.number).toBe(7);
  expect(company.isTold).toBe(true);
});

it("changes nothing by asking", () => {
  const { company, asked } = companyOf([me, ann]);
  company.request({ action: "ask" });
  expect(asked).toEqual([{ action: "ask" }]);
  expect(company.me?.isAsking).toBe(false);
});
