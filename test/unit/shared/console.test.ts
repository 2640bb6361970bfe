/** The lines of a scene's console on their way to a page. */

import { expect, test } from "vitest";
import { MAX_CONSOLE_TEXT } from "../../../shared/console.ts";
import { parseServerMessage } from "../../../shared/signaling.ts";

const line = { kind: "console", level: "warn", text: "a\nb" };

test("a line has a known level and a bounded text", () => {
  expect(parseServerMessage(JSON.stringify({ ...line, more: 1 }))).toEqual(line);
  expect(() => parseServerMessage(JSON.stringify({ ...line, level: "fatal" }))).toThrow(TypeError);
  expect(() => parseServerMessage(JSON.stringify({ ...line, text: "x".repeat(MAX_CONSOLE_TEXT + 1) }))).toThrow(
    TypeError,
  );
});
