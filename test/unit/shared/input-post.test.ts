import { expect, test } from "vitest";
import { encodeInputs } from "../../../client/link/http-input.ts";
import type { InputMessage } from "../../../shared/input.ts";
import { parseInputPost } from "../../../shared/input-post.ts";
import { MAX_CLIENT_SOCKET_BYTES, parseClientSocketMessage } from "../../../shared/socket-message.ts";

const inputs: InputMessage[] = [
  { sequence: 1, ordered: 0, event: { kind: "release" } },
  { sequence: 2, ordered: 1, event: { kind: "double-click", x: 0.5, y: 0.25, button: 0, modifiers: 0 } },
];

test("what the page sends is taken apart again", () => {
  const messages = parseInputPost(encodeInputs(inputs)).map(parseClientSocketMessage);
  expect(messages).toEqual(inputs.map((input) => ({ kind: "input", input })));
});

test.each([
  [[], "at least one message"],
  [[0], "length must be from 1"],
  [[MAX_CLIENT_SOCKET_BYTES + 1, 1], `length must be from 1 to ${MAX_CLIENT_SOCKET_BYTES}`],
  [[1, 7, 2, 7], "at most what is left, 1, not 2"],
  [Array.from({ length: 1026 }, (_, at) => (at % 2 === 0 ? 1 : 7)), "at most 512 messages, not 513"],
  [new Array<number>(65_537).fill(1), "at most 65536 bytes"],
])("%j breaks a rule, which is named", (bytes, rule) => {
  expect(() => parseInputPost(Uint8Array.from(bytes))).toThrow(rule);
});

test("what is no bytes at all is refused", () => {
  expect(() => parseInputPost({})).toThrow(TypeError);
});
