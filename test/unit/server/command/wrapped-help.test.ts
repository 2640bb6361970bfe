/** Help texts have room on a terminal. */

import { expect, test } from "vitest";
import { helpText } from "../../../../server/command/command-line.ts";
import { convert360Help } from "../../../../server/command/convert360-flags.ts";
import { filmHelp } from "../../../../server/command/film-flags.ts";
import { jobsHelp } from "../../../../server/command/jobs-flags.ts";
import { renderHelp } from "../../../../server/command/render-flags.ts";
import { wrappedHelp } from "../../../../server/command/wrapped-help.ts";

const text = `What it does.

  --size <size>         640x360, which is small; or as large as you like, even numbers from 16
                        to 8192
  --render-scale <part> auto; at this part of each side, where nothing else is said of it
  --max, --min

Ends.
`;

test("what is too long goes on below the words, in front of what went on already", () => {
  expect(wrappedHelp(text, 76)).toBe(`What it does.

  --size <size>         640x360, which is small; or as large as you like,
                        even numbers from 16 to 8192
  --render-scale <part> auto; at this part of each side, where nothing else
                        is said of it
  --max, --min

Ends.
`);
});

test("a wide terminal changes nothing, and a text that fits stays as it was written", () => {
  expect(wrappedHelp(text, 100)).toBe(text);
  expect(wrappedHelp(text, null)).toBe(text);
});

test("every help fits 100 columns and 80, with the same words", () => {
  for (const help of [helpText, jobsHelp, filmHelp, convert360Help, renderHelp]) {
    for (const [columns, most] of [
      [null, 100],
      [80, 80],
    ] as const) {
      const shown = wrappedHelp(help, columns);
      // A name that is long in itself stays whole.
      const tooLong = shown.split("\n").filter((line) => line.length > most && /\S {1,}\S/.test(line.slice(most - 20)));
      expect(tooLong).toEqual([]);
      expect(shown.split(/\s+/)).toEqual(help.split(/\s+/));
    }
  }
});
