import { expect, test } from "vitest";
import { readRules, ruleProblems, rulesPage } from "../../checks/rules.ts";

const one = {
  file: "server/one.ts",
  text: "/**\n * Owns one.\n *\n * OA1 A rule that goes on\n *     in the next line.\n * OA2  Another.\n *\n * No rule.\n */\nOA9 too",
};
const other = { file: "server/other.ts", text: "/**\n * OA1 The same letters.\n */" };

test("rules are read from the head of a file, with what belongs to them", () => {
  expect(readRules([one])).toEqual([
    { id: "OA1", text: "A rule that goes on in the next line.", file: "server/one.ts" },
    { id: "OA2", text: "Another.", file: "server/one.ts" },
  ]);
  expect(rulesPage(readRules([one]))).toContain("- **OA2** Another.");
});

test("letters of two files, and a rule that no test cites, are problems", () => {
  const cited = [{ file: "test/a.test.ts", text: "// OA1" }];
  expect(ruleProblems(readRules([one]), cited)).toEqual(["No test cites OA2 of server/one.ts."]);
  expect(ruleProblems(readRules([one, other]), [{ file: "", text: "OA1 OA2" }])).toEqual([
    "The rules of server/one.ts and server/other.ts share the letters OA.",
  ]);
});
