/** Into how many strips a sample of the picture at rest is cut. */

import { expect, it } from "vitest";
import { StripCount } from "../../../../server/render/strip-count.ts";

it("RS1 draws the first sample whole, and the next ones in strips of a hundredth of a second", () => {
  const count = new StripCount();
  expect(count.begin()).toBe(1);
  expect(count.note(1, 43)).toBe(5);
  expect(count.note(5, 44)).toBe(5);
  expect(count.begin()).toBe(5);
  expect(count.note(5, 8)).toBe(1);
  expect(count.note(1, 900)).toBe(8);
});

it("RS2 draws whole again what takes much longer in strips, until the next picture", () => {
  const count = new StripCount();
  count.begin();
  expect(count.note(1, 40)).toBe(4);
  expect(count.note(4, 160)).toBe(1);
  expect(count.note(1, 40)).toBe(1);
  expect(count.begin()).toBe(4);
});
