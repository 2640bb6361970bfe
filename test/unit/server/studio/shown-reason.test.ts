import { expect, it } from "vitest";
import { shownReason } from "../../../../server/studio/source/shown-reason.ts";

it.each([
  [new Error("Failed to open input: Connection refused"), "Connection refused."],
  [new Error("rtmp://user:key@host/app/key: Input/output error"), "Input/output error."],
  [new Error("Server says no to rtmp://host/app/secret-key?x=1 today"), "Server says no to ••• today."],
  [new Error("Cannot read /home/anna/films/private.mp4"), "Cannot read •••."],
  [Object.assign(new Error("ENOENT: no such file, open '/a/b'"), { code: "ENOENT" }), "The file is not there."],
  [new Error(""), "It does not work."],
  ["There is no video in it.", "There is no video in it."],
])("%s is told without addresses", (error, sentence) => {
  expect(shownReason(error)).toBe(sentence);
});
