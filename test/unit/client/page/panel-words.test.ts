/** Why a panel cannot be used, and how its numbers are written. */

import { expect, test } from "vitest";
import type { ControlState, Person } from "../../../../client/index.ts";
import { numberText } from "../../../../client/page/number-text.ts";
import { whyLocked } from "../../../../client/page/panel-words.ts";

const ann: Person = {
  number: 1,
  name: "Ann",
  color: "#3fcf9b",
  role: "controller",
  hasControl: false,
  isAsking: false,
  isAway: false,
};
const bob: Person = { ...ann, number: 2, name: "Bob", hasControl: true };
const free: ControlState = { mode: "one", locked: false, isHeld: false, holder: null, isMine: false };
const held: ControlState = { ...free, isHeld: true, holder: bob };

test.each<[Person | null, ControlState, string | null]>([
  [null, free, null],
  [{ ...ann, hasControl: true }, held, null],
  [{ ...ann, role: "viewer" }, held, "This link only lets you watch"],
  [{ ...ann, isAsking: true }, held, "You are waiting for control"],
  [ann, held, "Bob has control"],
  [ann, { ...held, holder: null }, "Someone else has control"],
  [ann, free, "Ask for control to use this"],
  [ann, { ...free, locked: true }, "A host decides who has control"],
])("it says why nobody here may set anything: %#", (me, control, words) => {
  expect(whyLocked({ people: [], me, control })).toBe(words);
});

test("a number is short", () => {
  expect([0.1 + 0.2, 1e-7, 123456.789, -2, 5].map(numberText)).toEqual(["0.3", "1e-7", "123457", "-2", "5"]);
});
