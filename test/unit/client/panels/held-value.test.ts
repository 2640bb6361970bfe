/** Whose value a control shows while a hand is on it. */

import { beforeEach, expect, test } from "vitest";
import { HeldValue } from "../../../../client/panels/held-value.ts";

let time: number;
let held: HeldValue<number>;

beforeEach(() => {
  time = 0;
  held = new HeldValue(() => time);
});

test("without a hand the server's value counts", () => {
  expect(held.waitFor(3)).toBe(0);
});

test("while it is dragged no echo counts, not even one of the same value", () => {
  held.note(3, false);
  expect([held.waitFor(2), held.waitFor(3)].every((wait) => wait > 1000)).toBe(true);
});

test("let go of, older echoes do not count, and its own ends it", () => {
  held.note(3, false);
  held.note(4, true);
  expect(held.waitFor(3)).toBe(1500);
  expect([held.waitFor(4), held.waitFor(3)]).toEqual([0, 0]);
});

test("a scene that makes something else of a value is believed after a while; so is one after a drag without an end", () => {
  held.note(4, true);
  time += 1500;
  expect(held.waitFor(3)).toBe(0);
  held.note(4, false);
  time += 5000;
  expect(held.waitFor(3)).toBe(0);
});
