/** What a page may say to the server's page in a frame, as that reads it. */

import { expect, test } from "vitest";
import { fromFrame, marked, readToFrame } from "../../../../client/frame/frame-messages.ts";
import type { ControlValues } from "../../../../client/frame/index.ts";

const values: ControlValues = { "/scene/red": 1, "/scene/reset": true };
const read = (value: unknown) => readToFrame("message", value);

test("what is posted is read as it was", () => {
  for (const message of [
    { kind: "hello" },
    { kind: "set-controls", number: 1, values },
    { kind: "send", number: 2, data: { hello: ["frame"] } },
    { kind: "snapshot", number: 3 },
  ] as const) {
    expect(read(marked(message))).toEqual(message);
  }
});

test("what others post to the frame is nothing of ours", () => {
  for (const foreign of [null, "hello", [], { kind: "hello" }, { scenecast: 2, kind: "hello" }]) {
    expect([read(foreign), fromFrame(foreign)]).toEqual([null, null]);
  }
});

test.each<[object, string]>([
  [{ kind: "close" }, "message.kind must be one of hello, set-controls, send, snapshot, pause, resume."],
  [{ kind: "snapshot" }, "message.number must be a whole number from 0"],
  [{ kind: "set-controls", number: 1, values: [1] }, "message.values must be an object."],
  [{ kind: "set-controls", number: 1, values: { a: "x".repeat(60_000) } }, "message.values must have at most 57344"],
])("%j is refused by its rule", (message, rule) => {
  expect(() => read({ ...message, scenecast: 1 })).toThrow(rule);
});
