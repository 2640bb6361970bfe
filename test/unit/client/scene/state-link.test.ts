/** Owns the checks of the state in an address. */

import { expect, it } from "vitest";
import { linkWithState, stateInFragment } from "../../../../client/scene/state-link.ts";
import { MAX_STATE_LENGTH } from "../../../../shared/signaling.ts";

const state = { camera: [1.5, -2, 0], name: "Ångström 李 ?>~", picked: null };

it("comes back from the link as it was", () => {
  const link = linkWithState("https://example.org/s/blue/?transport=mjpeg", state);
  expect(link).toMatch(/^https:\/\/example\.org\/s\/blue\/\?transport=mjpeg#state=[\w-]+$/);
  expect(stateInFragment(new URL(link).hash)).toEqual(state);
});

it("takes the place of any other fragment, a token too", () => {
  expect(linkWithState("https://example.org/#token=secret", 1)).toBe("https://example.org/#state=MQ");
});

it("stands beside a token", () => {
  expect(stateInFragment("#token=abc&state=MQ")).toBe(1);
});

it.each([
  ["none", "#token=abc"],
  ["no base64", "#state=***"],
  ["no JSON", `#state=${btoa("{")}`],
  ["no UTF-8", "#state=_w"],
  ["one that is too long", `#state=${btoa(`"${"x".repeat(MAX_STATE_LENGTH)}"`)}`],
])("is nothing where there is %s", (_what, fragment) => {
  expect(stateInFragment(fragment)).toBeNull();
});
