/** Names that people give to commands. */

import { expect, test } from "vitest";
import { randomWord } from "../../../../server/platform/random-word.ts";

test("no command line takes one for an option, and none comes twice", () => {
  const words = Array.from({ length: 4000 }, () => randomWord(12));
  expect(words.every((word) => /^\w[\w-]{15}$/.test(word))).toBe(true);
  expect(new Set(words).size).toBe(4000);
});
