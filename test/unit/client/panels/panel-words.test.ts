/** When panels are seen, why they cannot be used, and how its numbers are written. */

import { expect, test } from "vitest";
import type { ControlState, Person, ViewerState } from "../../../../client/index.ts";
import { numberText } from "../../../../client/panels/number-text.ts";
import { arePanelsSeen, whyLocked } from "../../../../client/panels/panel-words.ts";

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
  expect(whyLocked({ me, control })).toBe(words);
});

test("panels come with the first picture, and stay while it comes back", () => {
  const connecting: ViewerState = { kind: "connecting", trouble: null };
  const waiting: ViewerState = { kind: "waiting", sentence: null, isDown: false };
  const gone: ViewerState = { kind: "gone", code: "kicked", sentence: "You were removed." };
  const states = [connecting, waiting, { kind: "live" }, { kind: "locked" }, gone] as const;
  expect(states.map((state) => arePanelsSeen(state, false))).toEqual([false, false, true, false, false]);
  expect(states.map((state) => arePanelsSeen(state, true))).toEqual([true, true, true, false, false]);
});

test("a number is short", () => {
  expect([0.1 + 0.2, 1e-7, 123456.789, -2, 5].map(numberText)).toEqual(["0.3", "1e-7", "123457", "-2", "5"]);
});
