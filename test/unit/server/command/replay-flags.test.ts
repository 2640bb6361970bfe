/** The words of `scenecast replay`. */

import { expect, test } from "vitest";
import { parseCommandLine } from "../../../../server/command/command-line.ts";

const plain = { kind: "replay", log: "log.gz", scene: null, speed: 1, room: null, snapshot: null, port: 8080 };

test.each([
  ["replay log.gz", plain],
  ["replay log.gz a.ts --speed max --room a", { ...plain, scene: "a.ts", speed: "max", room: "a" }],
  ["replay log.gz --no-serve --snapshot p.png --speed 2.5", { ...plain, speed: 2.5, snapshot: "p.png", port: null }],
  ["replay log.gz --port 0", { ...plain, port: 0 }],
])("%s is understood", (line, command) => {
  expect(parseCommandLine(line.split(" "))).toEqual(command);
});

test.each([
  ["replay", "Name the event log: scenecast replay <log.gz>."],
  ["replay log.gz a.ts b.ts", '"b.ts" is one too many. See scenecast replay --help.'],
  ["replay log.gz --speed fast", "--speed must be a number from 0.1 to 100, or max."],
  ["replay log.gz --speed 0", "--speed must be a number from 0.1 to 100, or max."],
  ["replay log.gz --port 70000", "--port must be a whole number from 0 to 65535."],
  ["replay log.gz --no-serve --port 1", "--port is of no use with --no-serve."],
  ["replay log.gz --fast", "Unknown option '--fast'. See scenecast replay --help."],
  ["serve --event-log=", "--event-log must be a path."],
])("%s is refused in words", (line, sentence) => {
  expect(() => parseCommandLine(line.split(" "))).toThrow(new TypeError(sentence));
});

test("its help says what it takes", () => {
  expect(parseCommandLine(["replay", "--help"])).toMatchObject({ kind: "help" });
  expect(parseCommandLine(["--help"])).toMatchObject({ text: expect.stringContaining("--event-log <file.gz>") });
});
