/** What is to be given up where a scene is drawn too slowly. */

import { expect, it } from "vitest";
import { steeringPreference } from "../../../../../server/pipeline/quality/steering-preference.ts";
import type { Preference } from "../../../../../shared/signaling.ts";

const stream = (viewerId: string, preference: Preference) => ({
  viewerId,
  wish: { shown: null, preference, maxBitrateBps: null },
});

it("is fluid where one who steers prefers that, whoever else watches", () => {
  const streams = [stream("ann", "sharp"), stream("bob", "fluid"), stream("cat", "sharp")];
  expect(steeringPreference(streams, new Set(["ann", "bob"]), "auto")).toBe("fluid");
  expect(steeringPreference(streams, new Set(["ann", "cat"]), "auto")).toBe("sharp");
});

it("is the server's where those who steer have none, or are none", () => {
  expect(steeringPreference([stream("ann", "auto")], new Set(["ann"]), "fluid")).toBe("fluid");
  expect(steeringPreference([stream("ann", "auto"), stream("bob", "sharp")], new Set(["ann", "bob"]), "auto")).toBe(
    "auto",
  );
  expect(steeringPreference([stream("ann", "fluid")], new Set(), "sharp")).toBe("sharp");
});
