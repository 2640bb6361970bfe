/** A room whose process is played by the test, and viewers whose connections keep what they are sent. */

import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Room } from "../../../../server/room/room.ts";
import { RoomHandle } from "../../../../server/room-handle.ts";
import type { FakeProcess } from "../../../support/fake-processes.ts";
import { enter as enterRoom, type KeptConnection, playedRoom } from "./played-room.ts";

const nothing = { recordings: { of: () => null }, outputs: { of: () => null } };

let room: Room;
let process: FakeProcess;
const rooms = { end: (ended: Room) => ended.close() };

beforeEach(async () => {
  ({ room, process } = await playedRoom());
  process.ready();
  await room.session.ready;
  process.say({ kind: "scene-state-changed", state: "[7]" });
});
afterEach(() => room.close());

function enter(viewerId: string): KeptConnection {
  return enterRoom(room, viewerId);
}

test("a newcomer is welcomed first, then sent the newest state (SR3) and the status, then the people", async () => {
  const ann = enter("ann");
  expect(ann.messages).toMatchObject([
    { kind: "welcome", viewerId: "ann", title: "A played scene", room: "lab", person: 1 },
    { kind: "scene-state", state: "[7]" },
    { kind: "panels", controls: [] },
    { kind: "status", status: "live", detail: null },
  ]);
  await expect.poll(() => ann.kinds).toEqual(["welcome", "scene-state", "panels", "status", "people"]);
});

test("a newcomer is sent what is wrong with the scene, and not what was", () => {
  process.say({ kind: "notice", text: "update threw" });
  expect(enter("ann").messages.at(-1)).toEqual({ kind: "notice", text: "update threw" });
  process.say({ kind: "notice", text: null });
  expect(enter("ben").kinds).toEqual(["welcome", "scene-state", "panels", "status"]);
});

test("who comes before the program that gives the pictures is told that it is waited for", async () => {
  const played = await playedRoom("frames:A program");
  const ann = enterRoom(played.room, "ann");
  await played.room.close();
  expect(ann.messages).toContainEqual({ kind: "notice", text: "Waiting for the program that makes the pictures." });
});

test("who watches hears of a scene's files by their names, and not where they lie", () => {
  const started = process.sent.find((message) => message.kind === "start");
  const folder = fileURLToPath(new URL(".", started?.config.sceneUrl));
  process.say({ kind: "notice", text: `There is no ${folder}parts/wing.js, which ${folder}a.ts imports.` });
  const text = "There is no parts/wing.js, which a.ts imports.";
  expect(enter("ann").messages.at(-1)).toEqual({ kind: "notice", text });
});

test("what comes to a seat goes to who deals with it, and to nobody once the viewer was sent out", () => {
  const ann = enter("ann");
  const receipts: unknown[] = [];
  room.on("exactReceived", (receipt) => receipts.push(receipt));
  const before = process.sent.length;
  ann.seat?.handleMessage({ kind: "pause", paused: true });
  ann.seat?.handleMessage({ kind: "name", name: "Ann" });
  ann.seat?.handleMessage({ kind: "message", json: "1" });
  ann.seat?.handleMessage({ kind: "exact-received", request: 3, bytes: 4 });
  ann.seat?.handleBytes(Uint8Array.of(1));
  const sent = ["viewer-message-received", "scene-message-received", "viewer-bytes-received"];
  expect(process.kinds.slice(before)).toEqual(sent);
  expect(receipts).toEqual([{ viewerId: "ann", request: 3, bytes: 4 }]);
  expect(new RoomHandle(room, rooms, nothing).viewers()).toMatchObject([
    { viewerId: "ann", name: "Ann", isAway: true },
  ]);

  new RoomHandle(room, rooms, nothing).kick("ann");
  expect(ann.ended).toBe("kicked");
  ann.seat?.handleMessage({ kind: "pause", paused: false });
  ann.seat?.handleBytes(Uint8Array.of(1));
  ann.seat?.leave();
  // Control passed to nobody, and the viewer left, once.
  expect(process.kinds.slice(before + 3).filter((kind) => kind !== "control-changed")).toEqual(["viewer-left"]);
});

test("what the process sends goes to those whom it names", () => {
  const [ann, ben] = [enter("ann"), enter("ben")];
  process.say({ kind: "send-viewer-bytes", viewerIds: ["ben"], bytes: Uint8Array.of(5) });
  process.say({ kind: "send-viewer-message", viewerId: "ann", message: { kind: "sent", connection: 1, frames: 2 } });
  process.say({ kind: "send-scene-message", to: 2, body: { json: "8" } });
  expect([ann.bytes, ben.bytes]).toEqual([[], [Uint8Array.of(5)]]);
  expect(ann.messages.at(-1)).toMatchObject({ kind: "sent" });
  expect(ben.messages.at(-1)).toEqual({ kind: "message", json: "8" });
});

test("a handle tells of its room while it is there and after it has ended", async () => {
  const handle = new RoomHandle(room, rooms, nothing);
  const ann = enter("ann");
  expect([handle.name, handle.title, handle.size, handle.status, handle.pid]).toEqual([
    "lab",
    "A played scene",
    { width: 320, height: 192 },
    "live",
    1,
  ]);
  expect(handle.viewers()).toMatchObject([{ viewerId: "ann", room: "lab", way: "page", hasControl: true }]);
  handle.setControl({ locked: true });
  expect([room.people.control.mode, room.people.control.locked]).toEqual(["everyone", true]);
  expect(() => handle.kick("ben")).toThrow("There is no viewer with this id in the room.");
  await room.end("room-idle", "It was idle.");
  expect([handle.status, handle.viewers(), handle.pid]).toEqual(["closed", [], null]);
  expect(ann.ended).toBe("room-idle");
  expect(ann.messages).not.toContainEqual(expect.objectContaining({ status: "closed" }));
});

test("the scene's cursor is for who steers, and the usual one is back where control has moved on (CR1, CR2)", async () => {
  const [ann, ben] = [enter("ann"), enter("ben")];
  const cursors = ({ messages }: KeptConnection) =>
    messages.flatMap((message) => (message.kind === "cursor" ? [message.cursor] : []));
  const steers = (viewerId: string) => room.people.steering.includes(viewerId);
  room.people.handleMessage("ann", { kind: "control", request: { action: "mode", mode: "one" } });
  room.people.handleMessage("ann", { kind: "control", request: { action: "take" } });
  await expect.poll(() => [steers("ann"), steers("ben")]).toEqual([true, false]);
  process.say({ kind: "cursor-changed", cursor: "grab", takesDrags: false });
  process.say({ kind: "cursor-changed", cursor: "grab", takesDrags: false });
  expect([cursors(ann), cursors(ben)]).toEqual([["grab"], []]);
  room.people.handleMessage("ben", { kind: "control", request: { action: "take" } });
  expect([cursors(ann), cursors(ben)]).toEqual([["grab", "default"], ["grab"]]);
  process.say({ kind: "cursor-changed", cursor: "grabbing", takesDrags: false });
  expect([cursors(ann), cursors(ben)]).toEqual([
    ["grab", "default"],
    ["grab", "grabbing"],
  ]);
});

test("whether the scene is dragged is told to who steers once it is live, after the welcome that begins a page anew (CR2)", async () => {
  const played = await playedRoom();
  const ann = enterRoom(played.room, "ann");
  await expect.poll(() => played.room.people.steering).toContain("ann");
  played.process.say({ kind: "cursor-changed", cursor: "default", takesDrags: true });
  expect(ann.kinds).not.toContain("cursor");
  played.process.ready();
  await played.room.session.ready;
  const dragged = { kind: "cursor", cursor: "default", takesDrags: true };
  await expect.poll(() => ann.messages).toContainEqual(dragged);
  expect(ann.kinds.lastIndexOf("welcome")).toBeLessThan(ann.kinds.indexOf("cursor"));
  played.process.say({ kind: "cursor-changed", cursor: "default", takesDrags: false });
  expect(ann.messages.at(-1)).toEqual({ kind: "cursor", cursor: "default" });
  await played.room.close();
});

test("who floods is told, and then sent out, and others go on (MB3)", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const [flooder, innocent] = [enter("flooder"), enter("innocent")];
  for (let second = 0; second < 6; second += 1) {
    for (let count = 0; count < 50; count += 1) flooder.seat?.handleMessage({ kind: "pause", paused: count % 2 === 0 });
    vi.advanceTimersByTime(1_000);
  }
  const told = flooder.messages.filter((message) => message.kind === "error" && message.code === "too-fast");
  expect([told.length, flooder.ended, innocent.ended]).toEqual([5, "flooded", null]);
  const before = process.sent.length;
  innocent.seat?.handleMessage({ kind: "offer", connection: 1, sdp: "v=0" });
  expect(process.kinds.slice(before)).toEqual(["viewer-message-received"]);
});
