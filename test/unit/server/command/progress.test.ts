/** How far a recording is: a bar in one line on a terminal, few plain lines elsewhere. */

import { expect, it } from "vitest";
import { Progress } from "../../../../server/command/progress.ts";

function shown(isTTY: boolean, seconds: number | null, looks: readonly number[]): string[] {
  const written: string[] = [];
  const progress = new Progress({ isTTY, write: (text: string) => written.push(text) }, seconds);
  for (const done of looks) progress.show(done, "7 kB");
  progress.end();
  return written;
}

it("stays in its line on a terminal, and leaves it empty", () => {
  const written = shown(true, 10, [0, 5, 10]);
  expect(written[0]).toBe(`\r[${" ".repeat(30)}] 0.0 of 10 s, 7 kB`);
  expect(written[1]).toBe(`\r[${"=".repeat(15)}${" ".repeat(15)}] 5.0 of 10 s, 7 kB`);
  expect(written[2]).toBe(`\r[${"=".repeat(30)}] 10.0 of 10 s, 7 kB`);
  expect(written[3]).toMatch(/^\r +\r$/);
  expect(written.join("")).not.toContain("\n");
});

it("what was longer is written over", () => {
  const written = shown(true, null, [100, 1]);
  expect(written[1]).toBe("\r1.0 s, 7 kB  ");
});

it("elsewhere a line comes at each tenth, however often it looks", () => {
  const looks = Array.from({ length: 51 }, (_, look) => look / 5);
  expect(shown(false, 10, looks)).toEqual(Array.from({ length: 10 }, (_, tenth) => `${tenth + 1}.0 of 10 s, 7 kB\n`));
});

it("without a known end a line comes every ten seconds", () => {
  const looks = Array.from({ length: 26 }, (_, look) => look);
  expect(shown(false, null, looks)).toEqual(["10.0 s, 7 kB\n", "20.0 s, 7 kB\n"]);
});
