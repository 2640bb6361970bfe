/** What is read of an event log: input in its order, by its time, of the right room and life; bad lines by their number. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { type LoggedEvent, lineOf, parseLine } from "../../../../server/monitoring/logged-events.ts";
import { readRecording } from "../../../../server/replay/recording.ts";
import { keyInput, pointerInput } from "../../../support/input-samples.ts";

const path = join(mkdtempSync(join(tmpdir(), "scenecast-recording-")), "log.gz");
const began: LoggedEvent = { kind: "began", version: "1", scene: "/s.ts", maxFps: 60, continues: false };
const live = (room = ""): LoggedEvent => ({ kind: "status", room, status: "live", detail: null });
const opened = (room = ""): LoggedEvent => ({ kind: "room", room, width: 640, height: 360, state: null });

function write(...lines: readonly (readonly [ms: number, event: LoggedEvent] | string)[]): void {
  const texts = lines.map((line) => (typeof line === "string" ? line : lineOf(line[1], 1_700_000_000_000, line[0])));
  writeFileSync(path, gzipSync(`${texts.join("\n")}\n`));
}

test("every kind of event is read as it was written, input bit for bit", () => {
  const third = Math.fround(1 / 3);
  const events: readonly LoggedEvent[] = [
    began,
    opened("a"),
    live(),
    { kind: "joined", room: "", viewer: 1, name: "Ann", role: "host", way: "page" },
    { kind: "left", room: "", viewer: 1 },
    { kind: "control", room: "", mode: "one", locked: false, holder: null },
    { kind: "size", room: "", width: 800, height: 600 },
    { kind: "panel", room: "", viewer: 2, change: { id: "/P/size", value: 3, last: true } },
    { kind: "state", room: "", viewer: 2, state: "{}" },
    { kind: "parameters", room: "", values: { count: 5, dark: true, file: "a" } },
    { ...opened(), parameters: { count: 5 } } as LoggedEvent,
    { kind: "message", room: "", viewer: 2, bytes: 12 },
    { kind: "input", room: "", viewer: 2, event: pointerInput("move", { x: third, y: third }) },
    { kind: "input", room: "", viewer: 2, event: keyInput("down", { key: "ü" }) },
    { kind: "lost", lines: 7 },
    { kind: "room-closed", room: "a" },
    { kind: "ended" },
  ];
  for (const event of events) expect(parseLine(lineOf(event, 0, 12.25))).toEqual({ ...event, ms: 12.25 });
  const value = "\u009b2J\u202e\u2028";
  const typed = { kind: "panel", room: "", viewer: 1, change: { id: "/P/name", value, last: true } } as const;
  expect(lineOf(typed, 0, 1)).toMatch(/^[\x20-\x7e]*$/);
  expect(parseLine(lineOf(typed, 0, 1))).toEqual({ ...typed, ms: 1 });
  expect(lineOf({ kind: "ended" }, Date.UTC(2026, 0, 2), 5)).toBe(
    '{"at":"2026-01-02T00:00:00.000Z","ms":5,"kind":"ended"}',
  );
});

test("parameters are what the scene begins with, and steps where they change; a file that goes on knows them from the start", () => {
  const told = (count: number): LoggedEvent => ({ kind: "parameters", room: "", values: { count } });
  const changes: [number, LoggedEvent][] = [
    [400, told(3)],
    [500, live()],
    [900, told(4)],
    [950, told(4)],
    [990, told(3)],
  ];
  write([0, began], [1, opened()], ...changes);
  const steps = [
    { kind: "parameters", ms: 400, values: { count: 4 } },
    { kind: "parameters", ms: 490, values: { count: 3 } },
  ];
  expect(readRecording(path, null)).toMatchObject({ parameters: { count: 3 }, steps });
  write(
    [0, { ...began, continues: true }],
    [1, { ...opened(), parameters: { count: 9 } } as LoggedEvent],
    [51, told(8)],
  );
  const later = { parameters: { count: 9 }, steps: [{ kind: "parameters", ms: 50, values: { count: 8 } }] };
  expect(readRecording(path, null)).toMatchObject(later);
});

test("steps come in the order of their times, which count from when the scene was live, and anew after a restart", () => {
  const press: LoggedEvent = { kind: "input", room: "", viewer: 1, event: pointerInput("down") };
  write(
    [0, began],
    [1, opened()],
    [500, live()],
    [900, { kind: "state", room: "", viewer: 1, state: "{}" }],
    // Told together, a moment later.
    [800, press],
    [950, { ...press, room: "other" }],
    [1000, { kind: "status", room: "", status: "restarting", detail: "It fell." }],
    [2000, live()],
    [2100, press],
    [2200, { kind: "message", room: "", viewer: 1, bytes: 3 }],
  );
  const { steps, size, scene, missing } = readRecording(path, null);
  expect(steps.map(({ kind, ms }) => [kind, ms])).toEqual([
    ["input", 300],
    ["state", 400],
    ["restart", 500],
    ["input", 100],
  ]);
  expect([size, scene, missing]).toEqual([{ width: 640, height: 360 }, "/s.ts", { messages: 1, lines: 0 }]);
});

test("of several lives of a server the last with input is taken, and of several rooms the one that is named", () => {
  const press = (room: string): LoggedEvent => ({ kind: "input", room, viewer: 1, event: pointerInput("down") });
  write(
    [0, { ...began, scene: "/first.ts" }],
    [1, opened()],
    [2, live()],
    [3, press("")],
    [0, { ...began, scene: "/second.ts" }],
    [1, opened("a")],
    [1, opened("b")],
    [4, press("a")],
    [5, press("b")],
    [6, press("b")],
    [0, { ...began, scene: "/third.ts" }],
    [1, opened()],
  );
  expect(readRecording(path, "b")).toMatchObject({ scene: "/second.ts", steps: [{ ms: 4 }, { ms: 5 }] });
  expect(readRecording(path, "")).toMatchObject({ scene: "/first.ts" });
  expect(() => readRecording(path, null)).toThrow("The log has input of the rooms a, b. Choose one with --room.");
  expect(() => readRecording(path, "c")).toThrow('The log has no room "c".');
});

test.each([
  ["no JSON", "{", "It must be a JSON object."],
  ["a wrong field", '{"kind":"left","ms":1,"room":"","viewer":-1}', "event.viewer must be a whole number from 0"],
  ["no time", '{"kind":"ended","ms":"soon"}', "event.ms must be a number from 0"],
  ["bad base64", '{"kind":"input","ms":1,"room":"","viewer":1,"event":"?"}', "event.event must be base64."],
  ["bad input", '{"kind":"input","ms":1,"room":"","viewer":1,"event":"AAAA"}', "input must have 9 to 96 bytes, not 3."],
])("a line with %s is refused by its number", (_what, line, rule) => {
  write([0, began], [1, opened()], line, [3, live()]);
  expect(() => readRecording(path, null)).toThrow(`${path}, line 3: ${rule}`);
});

test("a line of a kind that only newer servers know is passed over, a log without a beginning is none", () => {
  write([0, began], [1, opened()], '{"kind":"weather","ms":4}');
  expect(readRecording(path, null).steps).toEqual([]);
  write([1, opened()]);
  expect(() => readRecording(path, null)).toThrow('line 1: A log begins with a line of the kind "began".');
  expect(() => readRecording(`${path}.none`, null)).toThrow(/^The log cannot be read: /);
  const other = import.meta.filename;
  expect(() => readRecording(other, null)).toThrow(`${other} is no event log: it is not a gzip file.`);
});
