/** The lines of a scene's console on their way to a page. */

import { expect, test } from "vitest";
import { MAX_CONSOLE_TEXT } from "../../../shared/console.ts";
import { parseServerMessage } from "../../../shared/signaling.ts";

const line = { kind: "console", level: "warn", text: "a\nb" };

test("a line has a bounded text; of a level that is not known it is taken for information (PV1)", () => {
  expect(parseServerMessage(JSON.stringify({ ...line, more: 1 }))).toEqual(line);
  expect(parseServerMessage(JSON.stringify({ ...line, level: "fatal" }))).toMatchObject({ level: "info" });
  expect(() => parseServerMessage(JSON.stringify({ ...line, text: "x".repeat(MAX_CONSOLE_TEXT + 1) }))).toThrow(
    TypeError,
  );
});
