/** What an event log says of a server whose scene is a stand-in: people, control, input; and what it never says. */

import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EventRecorder } from "../../../server/event-recorder.ts";
import { parseLine, type TimedEvent } from "../../../server/monitoring/logged-events.ts";
import { resolveOptions } from "../../../server/options/options.ts";
import { MessageBudgets } from "../../../server/room/message-budgets.ts";
import { Room } from "../../../server/room/room.ts";
import { Rooms } from "../../../server/room/rooms.ts";
import { now } from "../../../shared/time.ts";
import { FakeProcesses } from "../../support/fake-processes.ts";
import { fakeScene } from "../../support/fake-scene.ts";
import { keyInput } from "../../support/input-samples.ts";

let processes: FakeProcesses;
let rooms: Rooms;
let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "scenecast-recorder-")), "log.gz");
  processes = new FakeProcesses();
});
afterEach(() => rooms.close());

function record(kind: "shared" | "private"): EventRecorder {
  const options = resolveOptions({ scene: fakeScene(), control: { mode: "one" }, rooms: { kind } });
  const { sceneUrl, render, encode, quality, ice, control } = options;
  const config = {
    sceneUrl: sceneUrl.href,
    ...render,
    ...encode,
    quality,
    watch: false,
    iceHost: null,
    ice,
    presence: true,
  };
  const parts = {
    title: "file",
    hasLinks: false,
    budgets: new MessageBudgets(),
    iceServers: () => [],
    control,
    config,
  };
  rooms = new Rooms({ ...options.rooms, make: (name) => new Room({ ...parts, name, processes }) });
  return new EventRecorder({ rooms, path, version: "1.2.3", scene: "/s.ts", maxFps: 60, told: () => undefined });
}

function enter(room: Room, viewerId: string): void {
  const identity = { role: "controller", room: null, expiresAt: null, linkId: "link-id", name: "Ann" } as const;
  const connection = {
    sendMessage: () => undefined,
    sendBytes: () => undefined,
    setSeat: () => undefined,
    cut: () => undefined,
    end: () => undefined,
  };
  const admission = { identity, room: room.name, address: "192.0.2.7" };
  room.enter({ viewerId, way: "page", connection, admission, name: null });
}

function textOf(): string {
  return gunzipSync(readFileSync(path)).toString();
}

function events(): TimedEvent[] {
  return textOf()
    .trimEnd()
    .split("\n")
    .map(parseLine)
    .filter((event) => event !== null);
}

test("people, control, sizes, states, panels and input are logged, each with its time", async () => {
  const recorder = record("shared");
  const room = rooms.start();
  const process = await processes.nth(1);
  process.ready();
  await room.session.ready;
  enter(room, "secret-viewer-id");
  const news = { declared: {}, values: { count: 5 }, set: {} };
  // The second is of another process of the same scene.
  for (const told of [news, news]) process.say({ kind: "parameters-told", news: told });
  process.say({ kind: "picture-resized", size: { width: 800, height: 600 } });
  process.say({
    kind: "inputs-told",
    inputs: [{ viewerId: "secret-viewer-id", at: now(), event: keyInput("down", { key: "x" }) }],
  });
  room.emit("sceneTold", { viewerId: "secret-viewer-id", told: { kind: "message", bytes: 12 } });
  room.emit("sceneTold", { viewerId: "secret-viewer-id", told: { kind: "state", state: '{"a":1}' } });
  const change = { id: "/P/size", value: 3, last: true };
  room.emit("sceneTold", { viewerId: null, told: { kind: "panel", change } });
  room.viewers.remove("secret-viewer-id");
  // Told a moment later, when it has left.
  process.say({ kind: "inputs-told", inputs: [{ viewerId: "secret-viewer-id", at: now(), event: keyInput("up") }] });
  await recorder.close();
  const told = events();
  expect(told.find(({ kind }) => kind === "began")).toMatchObject({
    version: "1.2.3",
    scene: "/s.ts",
    continues: false,
  });
  for (const event of [
    { kind: "room", room: "", width: 1280, height: 720, state: null, parameters: {} },
    { kind: "status", room: "", status: "live", detail: null },
    { kind: "joined", room: "", viewer: 1, name: "Ann", role: "controller", way: "page" },
    { kind: "control", room: "", mode: "one", locked: false, holder: 1 },
    { kind: "size", room: "", width: 800, height: 600 },
    { kind: "message", room: "", viewer: 1, bytes: 12 },
    { kind: "state", room: "", viewer: 1, state: '{"a":1}' },
    { kind: "panel", room: "", viewer: 0, change },
    { kind: "parameters", room: "", values: { count: 5 } },
    { kind: "left", room: "", viewer: 1 },
  ]) {
    expect(told).toContainEqual({ ...event, ms: expect.any(Number) });
  }
  expect(told.flatMap((event) => (event.kind === "input" ? [[event.viewer, event.event]] : []))).toEqual([
    [1, keyInput("down", { key: "x" })],
    [1, keyInput("up")],
  ]);
  expect(told.filter(({ kind }) => kind === "parameters")).toHaveLength(1);
  expect(told.at(-1)?.kind).toBe("ended");
  for (const secret of ["secret-viewer-id", "link-id", "192.0.2.7"]) expect(textOf()).not.toContain(secret);
});

test("the name of a private room, which lets people in, is not in the log", async () => {
  const recorder = record("private");
  const room = rooms.start();
  (await processes.nth(1)).ready();
  await room.session.ready;
  await recorder.close();
  expect(textOf()).not.toContain(room.name);
  expect(events()).toContainEqual(expect.objectContaining({ kind: "room", room: "private-1" }));
});
