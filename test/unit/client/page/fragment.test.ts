/** Owns the checks of changing the fragment of an address. */

import { expect, it } from "vitest";
import { withoutName } from "../../../../client/page/fragment.ts";

it("leaves the rest of the fragment when it goes", () => {
  expect(withoutName("#token=abc&state=MQ", "token")).toBe("#state=MQ");
  expect(withoutName("#state=MQ", "state")).toBe("");
});
