/** Owns the checks of text on colours. */

import { expect, it } from "vitest";
import { textColorOn } from "../../../../client/picture/text-color.ts";

it("is dark on light colours and white on dark ones", () => {
  expect(["#ffffff", "#dd7700", "#00aa00"].map(textColorOn)).toEqual(Array(3).fill("#15171c"));
  expect(["#000000", "#0044ff", "#aa1199"].map(textColorOn)).toEqual(Array(3).fill("#ffffff"));
});
