/** Owns the checks of how a viewer joins its parts, with a socket and a display that do what the test says. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type DisplayPort, RoomViewer } from "../../../client/room-viewer.ts";
import type { ViewerState } from "../../../client/viewer-state.ts";
import { ENDED_CLOSE_CODE, MIN_PROTOCOL_VERSION, PROTOCOL_VERSION } from "../../../shared/signaling.ts";
import { FakeDisplay } from "./fake-display.ts";
import { FakeSocket, installFakeBrowser } from "./link/fake-socket.ts";
import { peopleMessage, person, welcome } from "./people/people-samples.ts";

type Started = {
  readonly viewer: RoomViewer;
  readonly display: FakeDisplay;
  readonly states: ViewerState["kind"][];
  /** What left by the socket of now. */
  readonly sent: () => unknown[];
};

async function start({ name = null as string | null, url = "ws://host/signal" } = {}): Promise<Started> {
  const made: FakeDisplay[] = [];
  const options = {
    target: null as unknown as HTMLElement,
    url,
    ownKeys: new Set<string>(),
    transport: "auto",
    token: null,
    name,
    pauseWhenHidden: false,
    showPointers: false,
    preference: "auto",
    maxBitrateBps: null,
  } as const;
  const viewer = new RoomViewer(options, (display) => {
    made.push(new FakeDisplay(display));
    return made[0] as unknown as DisplayPort;
  });
  const states: ViewerState["kind"][] = [];
  viewer.on("stateChanged", ({ state }) => states.push(state.kind));
  await vi.advanceTimersByTimeAsync(0);
  const sent = () => FakeSocket.last.sent.map((text) => JSON.parse(text) as unknown);
  return { viewer, display: made[0] as FakeDisplay, states, sent };
}

const live = { kind: "status", status: "live", detail: null } as const;
const hello = { kind: "hello", protocol: PROTOCOL_VERSION };

beforeEach(installFakeBrowser);

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it.each([
  ["the common room of one of several scenes", { hasStart: true, room: null }, "http://host/"],
  ["another room of one of several scenes", { hasStart: true, room: "mine" }, "http://host/"],
  ["the only scene", { room: null }, null],
])("knows where all scenes are shown, from %s", async (_where, said, address) => {
  const { viewer } = await start({ url: "ws://host/spheres/signal" });
  expect(viewer.scene.startUrl).toBeNull();
  FakeSocket.last.open({ ...welcome, ...said }, live);
  expect(viewer.scene.startUrl).toBe(address);
});

it("is live from the first picture, and back after the scene restarted", async () => {
  const { viewer, display, states } = await start();
  FakeSocket.last.open(welcome, live);
  expect(viewer.scene).toMatchObject({ title: "Spheres", size: { width: 1280, height: 720 } });
  expect(viewer.role).toBe("controller");
  FakeSocket.last.say({ kind: "status", status: "restarting", detail: "It fell." });
  expect(viewer.state).toEqual({ kind: "waiting", sentence: "It fell.", isDown: false });
  FakeSocket.last.say(live);
  expect(states).toEqual(["live", "waiting", "reconnecting", "live"]);
  expect(display.told).toEqual(["resumed", "stop", "size 1280x720", "start secret", "stop", "start secret"]);
  await viewer.close();
  expect(viewer.state).toMatchObject({ kind: "gone", code: "closed" });
});

it("shows the scene's cursor while it is told of one, and the usual one when it comes anew", async () => {
  const { viewer, display } = await start();
  FakeSocket.last.open(welcome, live, { kind: "cursor", cursor: "grab" });
  expect(display.cursor).toBe("grab");
  FakeSocket.last.say({ kind: "cursor", cursor: "default", takesDrags: true });
  expect(display.cursor).toBe("default, dragged");
  FakeSocket.last.say(welcome);
  expect(display.cursor).toBe("default");
  await viewer.close();
});

it("hands people and control on once both are known, and never its own pointer", async () => {
  const { viewer, display } = await start();
  const told: unknown[] = [];
  viewer.on("peopleChanged", ({ people }) => told.push([people.length, viewer.control.isMine]));
  viewer.on("controlChanged", ({ control }) => told.push(control.holder?.name));
  const me = person(1, "Otter", { hasControl: true });
  FakeSocket.last.open(welcome, peopleMessage([me, person(2, "Ann")]));
  expect(told).toEqual([[2, true], "Otter"]);
  expect(display.told.at(-1)).toBe("people");
  expect([1, 2, 3].map((number) => display.options.personOf(number)?.name)).toEqual([undefined, "Ann", undefined]);
  await viewer.close();
});

it("tells the server its name and its pause again where hello has not", async () => {
  const { viewer, sent } = await start({ name: "Otter" });
  FakeSocket.last.open({ kind: "queued", position: 1, waiting: 1 });
  expect(viewer.state).toEqual({ kind: "queued", position: 1, waiting: 1 });
  viewer.people.rename("Ann");
  viewer.pause();
  FakeSocket.last.say(welcome);
  const name = { kind: "name", name: "Ann" };
  expect(sent()).toEqual([{ ...hello, name: "Otter" }, name, name, { kind: "pause", paused: true }]);
  await viewer.close();
});

it("asks for control, sends the scene messages and hears it", async () => {
  const { viewer, sent } = await start();
  const heard: unknown[] = [];
  viewer.on("messageReceived", ({ data }) => heard.push(data));
  viewer.on("sceneStateChanged", ({ state }) => heard.push(state));
  FakeSocket.last.open(welcome, { kind: "message", json: "[1]" }, { kind: "scene-state", state: '{"x":1}' });
  viewer.control.ask();
  viewer.scene.send({ vote: 2 });
  expect(heard).toEqual([[1], { x: 1 }]);
  expect(sent().slice(1)).toEqual([
    { kind: "control", request: { action: "ask" } },
    { kind: "message", json: '{"vote":2}' },
  ]);
  await viewer.close();
});

it("has the panels of the scene, hears what changes in them, and sends what is set", async () => {
  const { viewer, sent } = await start();
  const changed: unknown[] = [];
  viewer.on("panelsChanged", (event) => changed.push(event.changed));
  const common = { label: "L", disabled: false, hidden: false };
  const panel = { kind: "folder", id: "/P", ...common, open: true } as const;
  const on = { kind: "switch", id: "/P/on", ...common, value: false } as const;
  FakeSocket.last.open(welcome, { kind: "panels", revision: 1, controls: [panel, on] });
  expect(viewer.panels.all).toEqual([{ ...panel, children: [on] }]);
  viewer.panels.set("/P/on", true);
  expect(viewer.panels.find("/P/on")).toEqual(on);
  expect(sent().slice(1)).toEqual([{ kind: "panel", id: "/P/on", value: true, last: true }]);
  FakeSocket.last.say({ kind: "panel-changes", revision: 1, controls: [{ ...on, value: true }] });
  expect(changed).toEqual([null, [{ ...on, value: true }]]);
  await viewer.close();
});

it("goes on when something was left out, and says so", async () => {
  const { viewer, states } = await start();
  const refused: string[] = [];
  viewer.on("refused", ({ code }) => refused.push(code));
  viewer.on("controlRefused", () => refused.push("asking"));
  FakeSocket.last.open(welcome, live);
  FakeSocket.last.say({ kind: "error", code: "control-refused", message: "Not now." });
  FakeSocket.last.say({ kind: "error", code: "too-fast", message: "Slowly." });
  expect(refused).toEqual(["asking", "control-refused", "too-fast"]);
  expect(states).toEqual(["live"]);
  await viewer.close();
});

it("is gone at once when a host removed it, and does not come back by itself", async () => {
  const { viewer, states } = await start();
  FakeSocket.last.open(welcome, live, { kind: "error", code: "kicked", message: "Removed." });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(viewer.state).toEqual({ kind: "gone", code: "kicked", sentence: "Removed." });
  expect(states).toEqual(["live", "gone"]);
  expect(FakeSocket.all).toHaveLength(1);
  await viewer.close();
});

it("is gone when no stream is left, not while one is", async () => {
  vi.spyOn(console, "warn").mockReturnValue();
  const { viewer, display } = await start();
  FakeSocket.last.open(welcome);
  const refusal = { kind: "error", code: "no-encoder", message: "No encoder." } as const;
  display.isOtherStreamLeft = true;
  FakeSocket.last.say(refusal);
  expect(viewer.state.kind).toBe("connecting");
  display.isOtherStreamLeft = false;
  FakeSocket.last.say(refusal);
  expect(viewer.state).toMatchObject({ kind: "gone", code: "no-encoder" });
  await viewer.close();
});

describe("with a server of another version", () => {
  it("PV1: an error that it does not know changes nothing while the server keeps it", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const { viewer, states } = await start();
    FakeSocket.last.open(welcome, live);
    FakeSocket.last.sayRaw({ kind: "error", code: "budget-low", message: "The budget is low." });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toEqual(["live"]);
    expect(FakeSocket.all).toHaveLength(1);
    expect(warn).toHaveBeenCalledWith("The server reported an error (unknown): The budget is low.");
    await viewer.close();
  });

  it("PV1: is gone with the sentence of an error that it does not know once the server parts with it", async () => {
    vi.spyOn(console, "warn").mockReturnValue();
    const { viewer } = await start();
    FakeSocket.last.open(welcome, live);
    FakeSocket.last.sayRaw({ kind: "error", code: "budget-spent", message: "The budget is spent." });
    FakeSocket.last.fail(ENDED_CLOSE_CODE);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(viewer.state).toEqual({ kind: "gone", code: "unknown", sentence: "The budget is spent." });
    expect(FakeSocket.all).toHaveLength(1);
    await viewer.close();
  });

  it("PV1: comes back when the connection is lost after such an error", async () => {
    vi.spyOn(console, "warn").mockReturnValue();
    const { viewer } = await start();
    FakeSocket.last.open(welcome, live);
    FakeSocket.last.sayRaw({ kind: "error", code: "budget-low", message: "The budget is low." });
    FakeSocket.last.fail();
    await vi.advanceTimersByTimeAsync(500);
    FakeSocket.last.open(welcome, live);
    expect([FakeSocket.all.length, viewer.state.kind]).toEqual([2, "live"]);
    await viewer.close();
  });

  it("PV1: waits with the sentence of a status that it does not know", async () => {
    const { viewer } = await start();
    FakeSocket.last.open(welcome, live);
    FakeSocket.last.sayRaw({ kind: "status", status: "moving", detail: "To another machine." });
    expect(viewer.state).toEqual({ kind: "waiting", sentence: "To another machine.", isDown: false });
    FakeSocket.last.say(live);
    expect(viewer.state.kind).toBe("live");
    await viewer.close();
  });

  it("PV3: stays with a later one that took it", async () => {
    const { viewer } = await start();
    FakeSocket.last.open({ ...welcome, protocol: PROTOCOL_VERSION + 1 }, live);
    expect(viewer.state.kind).toBe("live");
    await viewer.close();
  });

  it("PV3: leaves one that is too old for it", async () => {
    const { viewer } = await start();
    FakeSocket.last.open({ ...welcome, protocol: MIN_PROTOCOL_VERSION - 1 }, live);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(viewer.state).toEqual({
      kind: "gone",
      code: "protocol-version",
      sentence: "The server is too old for this page. It has to be updated.",
    });
    expect(FakeSocket.all).toHaveLength(1);
    await viewer.close();
  });
});
