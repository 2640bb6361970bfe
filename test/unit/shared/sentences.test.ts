/** Sentences never run together. */

import { expect, test } from "vitest";
import { joinSentences } from "../../../shared/sentences.ts";

test.each([
  [["RangeError: not yet", "The scene goes on."], "RangeError: not yet. The scene goes on."],
  [["It ended. ", " It stays down"], "It ended. It stays down."],
  [["Is it there?", "No!", "Wait…", 'He said "no."'], 'Is it there? No! Wait… He said "no."'],
  [["", "  ", "One"], "One."],
])("%j become %j", (sentences, text) => {
  expect(joinSentences(...sentences)).toBe(text);
});
