/** `scenecast jobs … --json` on a terminal. */

import { expect, it } from "vitest";
import { jsonText } from "../../../../server/command/jobs-words.ts";

it("no name of a job or of an input is obeyed by a terminal, and the JSON says what it said", () => {
  const name = "a\u001b[2J\u009b31m\u009d0;title\u0007\u202e\n\tb";
  const text = jsonText({ job: { name } });
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
  expect(JSON.parse(text)).toEqual({ job: { name } });
});
