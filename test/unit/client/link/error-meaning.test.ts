/** Owns the checks of what errors of the server mean. */

import { expect, it } from "vitest";
import { errorMeaning } from "../../../../client/link/error-meaning.ts";

it.each(["kicked", "link-ended", "room-idle", "protocol-version"] as const)("%s parts viewer and server", (code) => {
  expect(errorMeaning(code)).toBe("parting");
});

it.each(["not-allowed", "no-control", "control-refused", "too-fast"] as const)("%s ends nothing", (code) => {
  expect(errorMeaning(code)).toBe("omission");
});

it("places that are taken may be free later", () => {
  expect(errorMeaning("too-many-viewers")).toBe("refusal");
  expect(errorMeaning("too-many-rooms")).toBe("refusal");
});

it("what concerns the server alone changes nothing", () => {
  expect(errorMeaning("encoder-failed")).toBe("report");
});
