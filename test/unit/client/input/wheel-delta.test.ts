/** Owns the checks of wheel turns in pixels. */

import { expect, it } from "vitest";
import { wheelPixels } from "../../../../client/input/wheel-delta.ts";

it("a turn in pixels stays as it is", () => {
  expect(wheelPixels({ deltaX: -3.5, deltaY: 120, deltaMode: 0 }, 720)).toEqual({ deltaX: -3.5, deltaY: 120 });
});

it("a line is 16 pixels and a page is the height of the picture", () => {
  expect(wheelPixels({ deltaX: 0, deltaY: 3, deltaMode: 1 }, 720)).toEqual({ deltaX: 0, deltaY: 48 });
  expect(wheelPixels({ deltaX: 0, deltaY: -1, deltaMode: 2 }, 720)).toEqual({ deltaX: 0, deltaY: -720 });
});

it("a turn is never more than a message can say", () => {
  expect(wheelPixels({ deltaX: Number.NaN, deltaY: 1e9, deltaMode: 0 }, 720)).toEqual({ deltaX: 0, deltaY: 10_000 });
});
