/** Panels between the process of a scene, played by the test, and two viewers. */

import { afterEach, beforeEach, expect, test } from "vitest";
import type { Seat, ViewerConnection } from "../../../../server/access/viewer-connection.ts";
import { resolveOptions } from "../../../../server/options/options.ts";
import { MessageBudgets } from "../../../../server/room/message-budgets.ts";
import { Room } from "../../../../server/room/room.ts";
import type { PanelControl } from "../../../../shared/panels.ts";
import type { ServerMessage, ViewerMessage } from "../../../../shared/signaling.ts";
import { type FakeProcess, FakeProcesses } from "../../../support/fake-processes.ts";
import { fakeScene } from "../../../support/fake-scene.ts";

class Kept implements ViewerConnection {
  readonly messages: ServerMessage[] = [];
  seat: Seat | null = null;
  setSeat(seat: Seat): void {
    this.seat = seat;
  }
  sendMessage(message: ServerMessage): void {
    this.messages.push(message);
  }
  sendBytes(): void {}
  cut(): void {}
  end(): void {}
  say(message: ViewerMessage): void {
    this.seat?.handleMessage(message);
  }
}

const common = { disabled: false, hidden: false };
const folder: PanelControl = { kind: "folder", id: "/P", label: "P", ...common, open: true };
const size: PanelControl = {
  kind: "range",
  id: "/P/size",
  label: "size",
  ...common,
  value: 1,
  min: 0,
  max: 5,
  step: 1,
};
const off: PanelControl = { kind: "switch", id: "/P/off", label: "off", disabled: true, hidden: false, value: false };
const change = { kind: "panel", id: "/P/size", value: 3, last: true } as const;

let room: Room;
let process: FakeProcess;
let processes: FakeProcesses;

beforeEach(async () => {
  const options = resolveOptions({ scene: fakeScene(), control: { mode: "one" } });
  const { sceneUrl, render, encode, quality, ice, control } = options;
  const parts = { name: "", title: "file", hasLinks: false, budgets: new MessageBudgets(), iceServers: () => [] };
  const kept = { watch: false, iceHost: null, ice, presence: true };
  const config = { sceneUrl: sceneUrl.href, ...render, ...encode, quality, ...kept };
  processes = new FakeProcesses();
  room = new Room({ ...parts, control, config, processes });
  process = await processes.nth(1);
  process.say({ kind: "panels-told", news: { revision: 1, controls: [folder, size, off] } });
  process.ready();
  await room.session.ready;
});
afterEach(() => room.close());

function enter(viewerId: string): Kept {
  const connection = new Kept();
  const identity = { role: "controller", room: null, expiresAt: null, linkId: null, name: null } as const;
  room.enter({
    viewerId,
    way: "page",
    connection,
    admission: { identity, room: "", address: "127.0.0.1" },
    name: null,
  });
  connection.messages.splice(
    0,
    connection.messages.findIndex(({ kind }) => kind === "panels"),
  );
  return connection;
}

const changesSent = () => process.sent.filter(({ kind }) => kind === "panel-changed");
const errorsOf = ({ messages }: Kept) =>
  messages.flatMap((message) => (message.kind === "error" ? [[message.code, message.message]] : []));

test("PX1: who joins is sent the panels as they are now, everybody what changes", () => {
  const ann = enter("ann");
  expect(ann.messages[0]).toEqual({ kind: "panels", revision: 1, controls: [folder, size, off] });
  const other = { ...size, value: 2 };
  process.say({ kind: "panel-changes-told", news: { revision: 1, controls: [other] } });
  expect(ann.messages.at(-1)).toEqual({ kind: "panel-changes", revision: 1, controls: [other] });
  expect(enter("ben").messages[0]).toEqual({ kind: "panels", revision: 1, controls: [folder, other, off] });
  process.say({ kind: "panels-told", news: { revision: 2, controls: [] } });
  expect(ann.messages.at(-1)).toEqual({ kind: "panels", revision: 2, controls: [] });
});

test("PX2: who has control sets a control, nobody else does", () => {
  const [ann, ben] = [enter("ann"), enter("ben")];
  ben.say(change);
  expect([changesSent(), errorsOf(ben)]).toEqual([[], [["no-control", "You need control to change the panel."]]]);
  ann.say(change);
  expect(changesSent()).toEqual([
    { kind: "panel-changed", change: { id: "/P/size", value: 3, last: true }, viewerId: "ann" },
  ]);
  expect(errorsOf(ann)).toEqual([]);
});

test("PX2: what does not fit is refused by its rule", () => {
  const ann = enter("ann");
  ann.say({ ...change, value: 6 });
  ann.say({ ...change, id: "/P/none" });
  ann.say({ ...change, id: "/P/off", value: true });
  expect(changesSent()).toEqual([]);
  expect(errorsOf(ann)).toEqual([
    ["bad-message", 'The value of "/P/size" must be a number from 0 to 5.'],
    ["bad-message", 'There is no control "/P/none".'],
    ["not-allowed", "The scene has disabled “off”."],
  ]);
});

test("PX2: a program sets several at once, all of them or none, and true presses a button", () => {
  const go: PanelControl = { kind: "button", id: "/P/go", label: "go", ...common };
  process.say({ kind: "panels-told", news: { revision: 2, controls: [folder, size, off, go] } });
  const told: unknown[] = [];
  room.on("sceneTold", (event) => told.push(event));
  for (const [values, error] of [
    [{ "/P/size": 2, "/P/go": 1 }, 'The value of "/P/go" must be true: it is a button, which that presses.'],
    [{ "/P/size": 2, "/P/none": 1 }, 'There is no control "/P/none".'],
    [{ "/P/size": 2, "/P": 1 }, 'The value of "/P" cannot be set: it is a folder.'],
    [{ "/P/size": 2, "/P/off": true }, "The scene has disabled “off”."],
    [{ "/P/size": "2" }, 'The value of "/P/size" must be a number from 0 to 5.'],
  ] as const) {
    expect(() => room.panels.setAll(values)).toThrow(error);
  }
  expect([changesSent(), told]).toEqual([[], []]);
  room.panels.setAll({ "/P/size": 2, "/P/go": true });
  const changes = [
    { id: "/P/size", value: 2, last: true },
    { id: "/P/go", value: null, last: true },
  ];
  expect(changesSent()).toEqual(changes.map((change) => ({ kind: "panel-changed", change, viewerId: null })));
  expect(told).toEqual(changes.map((change) => ({ viewerId: null, told: { kind: "panel", change } })));
});

test("PX3: what is changed too fast is left out, and said", () => {
  const ann = enter("ann");
  for (let count = 0; count < 130; count += 1) ann.say(change);
  expect(changesSent().length).toBeGreaterThanOrEqual(120);
  expect(changesSent().length).toBeLessThan(130);
  expect(errorsOf(ann)[0]?.[0]).toBe("too-fast");
});

test("while the scene is not there the panels stay as they were, and what is changed is refused", async () => {
  const ann = enter("ann");
  process.kill();
  const next = await processes.nth(2);
  ann.say(change);
  expect(errorsOf(ann)[0]?.[0]).toBe("room-lost");
  expect(() => room.panels.setAll({ "/P/size": 2 })).toThrow("The scene is not running right now");
  expect(enter("ben").messages[0]).toMatchObject({ kind: "panels", controls: [folder, size, off] });
  const told = ann.messages.filter(({ kind }) => kind === "panels").length;
  // The same as before is nothing new.
  next.say({ kind: "panels-told", news: { revision: 1, controls: [folder, size, off] } });
  expect(ann.messages.filter(({ kind }) => kind === "panels")).toHaveLength(told);
});
