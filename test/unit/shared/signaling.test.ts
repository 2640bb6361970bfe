/**
 * Owns the checks of what both ends say by signalling: what is read, what is refused and why, and what versions may do.
 */

import { describe, expect, it } from "vitest";
import {
  type ClientMessage,
  MAX_SIGNALING_BYTES,
  MIN_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  parseClientMessage,
  parseServerMessage,
  protocolRefusal,
  type ServerMessage,
} from "../../../shared/signaling.ts";

const size = { width: 1280, height: 720 };
const quality = { size, maxFps: 30, bitrateBps: 4e6, estimateBps: null, roundTripMs: 12.5, loss: 0.01 };
const person = { number: 1, name: "Ann", color: "#3fcf9b", hasControl: true, isAsking: false, isAway: false };
const candidate = { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 };

const clientMessages: readonly ClientMessage[] = [
  { kind: "hello", protocol: 3 },
  { kind: "hello", protocol: 3, name: "Ann" },
  { kind: "offer", connection: 1, sdp: "v=0" },
  { kind: "candidate", connection: 1, candidate },
  { kind: "stream", connection: 2, codecs: ["h264", "av1", "h264-444"] },
  { kind: "disconnect", connection: 2 },
  { kind: "pause", paused: true },
  { kind: "name", name: "Ann" },
  { kind: "control", request: { action: "ask" } },
  { kind: "control", request: { action: "grant", person: 3 } },
  { kind: "control", request: { action: "lock", locked: true } },
  { kind: "control", request: { action: "mode", mode: "host" } },
  { kind: "view", shown: null, preference: "sharp", maxBitrateBps: 100_000 },
  { kind: "view", shown: { width: 1, height: 9000 }, preference: "auto", maxBitrateBps: null },
  {
    kind: "view",
    shown: null,
    window: { width: 390, height: 844, ratio: 2.625 },
    preference: "auto",
    maxBitrateBps: null,
  },
  { kind: "view", shown: null, window: null, preference: "auto", maxBitrateBps: null },
  { kind: "exact-received", request: 1, bytes: 20_000 },
  { kind: "message", json: '{"a":1}' },
  { kind: "message", base64: "AP8=" },
  { kind: "scene-state", state: "[1]" },
  { kind: "restart" },
  { kind: "panel", id: "/Controls/size", value: 2.5, last: false },
  { kind: "felt", presses: [12.5, 40], stalls: 1 },
  { kind: "traced", asked: 1, received: 2.5, sent: 3, spans: [[0, 1.5, 2, 7, 0]] },
];

const serverMessages: readonly ServerMessage[] = [
  {
    kind: "welcome",
    protocol: 3,
    viewerId: "v",
    title: "Spheres",
    size,
    iceServers: [{ urls: "stun:a" }, { urls: "turn:b", username: "u", credential: "c" }],
    person: 1,
    role: "host",
    room: null,
    presence: true,
    canLink: false,
  },
  { kind: "queued", position: 1, waiting: 2 },
  { kind: "people", people: [{ ...person, role: "host" }], total: 1, mode: "one", locked: false, holder: 1 },
  { kind: "resting", connection: 1, picture: "a-1" },
  { kind: "rest", connection: 1, frame: 2 ** 32 - 1, picture: "a-1" },
  { kind: "quality", connection: 1, ...quality },
  { kind: "message", json: "1" },
  { kind: "scene-state", state: null },
  { kind: "panels", revision: 1, controls: [] },
  { kind: "panel-changes", revision: 1, controls: [] },
  { kind: "trace", on: true, at: 1.5 },
  { kind: "status", status: "restarting", detail: "It fell." },
  { kind: "answer", connection: 1, sdp: "v=0", codec: "vp9" },
  { kind: "candidate", connection: 1, candidate: { candidate: "", sdpMid: null, sdpMLineIndex: null } },
  { kind: "streaming", connection: 1, codec: "h264" },
  { kind: "streaming", connection: 1, codec: "vp9-444" },
  { kind: "sent", connection: 1, frames: 2 ** 40 },
  { kind: "size", size },
  { kind: "title", title: "Spheres" },
  { kind: "notice", text: null },
  { kind: "error", code: "kicked", message: "Out." },
];

it.each(clientMessages)("a viewer's message is read as it was written: %o", (message) => {
  expect(parseClientMessage(JSON.stringify(message))).toEqual(message);
});

it.each(serverMessages)("the server's message is read as it was written: %o", (message) => {
  expect(parseServerMessage(JSON.stringify(message))).toEqual(message);
});

const clientKinds =
  "hello, offer, candidate, stream, disconnect, pause, name, control, view, exact-received, message, scene-state, restart, panel, felt, traced";
const [welcome] = serverMessages;

describe("a message that breaks a rule is refused with the field and the rule", () => {
  it.each<[unknown, string]>([
    [1, "message must be text."],
    ["x".repeat(MAX_SIGNALING_BYTES + 1), `message must have at most ${MAX_SIGNALING_BYTES} bytes.`],
    ["{", "message must be JSON."],
    ["[]", "message must be an object."],
    ["{}", `message.kind must be one of ${clientKinds}.`],
    ['{"kind":"dance"}', `message.kind must be one of ${clientKinds}.`],
    ['{"kind":"toString"}', `message.kind must be one of ${clientKinds}.`],
    ['{"kind":"hello","protocol":"3"}', "message.protocol must be a whole number from 0 to 65535."],
    ['{"kind":"hello","protocol":3,"name":null}', "message.name must be text of at most 200 characters."],
    ['{"kind":"offer","connection":-1,"sdp":"v=0"}', "message.connection must be a whole number from 0 to 2147483647."],
    ['{"kind":"offer","connection":1,"sdp":"x"}', "message.sdp must be a session description that starts with v=0."],
    ['{"kind":"candidate","connection":1,"candidate":[]}', "message.candidate must be an object."],
    [
      '{"kind":"candidate","connection":1,"candidate":{"candidate":5}}',
      "message.candidate.candidate must be text of at most 1024 characters.",
    ],
    [
      '{"kind":"stream","connection":1,"codecs":["mpeg"]}',
      "message.codecs must list some of h264, vp8, vp9, av1, h264-444, vp9-444.",
    ],
    ['{"kind":"pause","paused":1}', "message.paused must be true or false."],
    ['{"kind":"control"}', "message.request must be an object."],
    [
      '{"kind":"control","request":{"action":"sing"}}',
      "message.request.action must be one of ask, withdraw, release, take, grant, refuse, kick, lock, mode.",
    ],
    [
      '{"kind":"control","request":{"action":"grant","person":0}}',
      "message.request.person must be a whole number from 1 to 2147483647.",
    ],
    [
      '{"kind":"control","request":{"action":"mode","mode":"all"}}',
      "message.request.mode must be one of everyone, one, host.",
    ],
    [
      '{"kind":"view","shown":{"width":0,"height":1},"preference":"auto","maxBitrateBps":null}',
      "message.shown.width must be a whole number from 1 to 65535.",
    ],
    [
      '{"kind":"view","shown":null,"preference":"best","maxBitrateBps":null}',
      "message.preference must be one of auto, sharp, fluid.",
    ],
    [
      '{"kind":"view","shown":null,"preference":"auto","maxBitrateBps":1}',
      "message.maxBitrateBps must be a whole number from 100000 to 200000000.",
    ],
    ['{"kind":"message"}', "message must have either json or base64, as text."],
    ['{"kind":"scene-state","state":"{"}', "message.state must be JSON."],
  ])("%s", (text, rule) => {
    expect(() => parseClientMessage(text)).toThrow(new TypeError(rule));
  });

  it.each<[string, unknown, string]>([
    ["kind", undefined, "message.kind must be one of welcome, queued, people"],
    ["size", { width: 1280, height: 9000 }, "message.size.height must be a whole number from 16 to 8192."],
    ["iceServers", {}, "message.iceServers must be a list."],
    ["iceServers", [{ urls: "a" }, {}], "message.iceServers[1].urls must be text of at most 512 characters."],
    ["role", 1, "message.role must be text."],
    ["room", undefined, "message.room must be text of at most 64 characters."],
    ["canLink", "yes", "message.canLink must be true or false."],
  ])("of the server, %s %o", (field, value, rule) => {
    expect(() => parseServerMessage(JSON.stringify({ ...welcome, [field]: value }))).toThrow(rule);
  });

  it("of the server, people with a colour that is none", () => {
    const people = [{ ...person, role: "host", color: "red" }];
    const message = { kind: "people", people, total: 1, mode: "one", locked: false, holder: null };
    expect(() => parseServerMessage(JSON.stringify(message))).toThrow(
      "message.people[0].color must be a colour like #3fcf9b.",
    );
  });
});

describe("PV1: of a server of a later version a viewer reads", () => {
  it("no kinds that it does not know, and says so by null", () => {
    expect(parseServerMessage('{"kind":"hologram","connection":1,"depth":[1,2]}')).toBeNull();
    expect(parseServerMessage('{"kind":"constructor"}')).toBeNull();
  });

  it.each(serverMessages)("no fields that it does not know: %o", (message) => {
    expect(parseServerMessage(JSON.stringify({ ...message, shiny: { new: ["field"] } }))).toEqual(message);
  });

  it("a role and a mode that it does not know as those that promise least", () => {
    const future = { ...person, role: "director", mood: "bright" };
    const message = { kind: "people", people: [future], total: 1, mode: "vote", locked: false, holder: null };
    expect(parseServerMessage(JSON.stringify(message))).toEqual({
      ...message,
      people: [{ ...person, role: "viewer" }],
      mode: "host",
    });
    expect(parseServerMessage(JSON.stringify({ ...welcome, role: "director" }))).toMatchObject({ role: "viewer" });
  });

  it("a status that it does not know as one in which nothing is drawn, with its sentence", () => {
    const text = '{"kind":"status","status":"moving","detail":"The room moves to another machine."}';
    expect(parseServerMessage(text)).toEqual({
      kind: "status",
      status: "starting",
      detail: "The room moves to another machine.",
    });
  });

  it("an error whose code it does not know, with its sentence", () => {
    const text = '{"kind":"error","code":"budget-spent","message":"The budget of this room is spent."}';
    expect(parseServerMessage(text)).toEqual({
      kind: "error",
      code: "unknown",
      message: "The budget of this room is spent.",
    });
  });

  it("as many of a list as it has room for", () => {
    const people = Array.from({ length: 500 }, (_, index) => ({ ...person, number: index + 1, role: "host" }));
    const message = { kind: "people", people, total: 500, mode: "one", locked: false, holder: null };
    expect(parseServerMessage(JSON.stringify(message))).toMatchObject({
      people: { length: 200 },
      total: 500,
    });
  });
});

describe("PV2: a server", () => {
  it("takes every version of its range", () => {
    expect([2, 3, 4].map((version) => protocolRefusal(version, 2, 4))).toEqual([null, null, null]);
    expect(protocolRefusal(PROTOCOL_VERSION)).toBeNull();
    expect(protocolRefusal(MIN_PROTOCOL_VERSION)).toBeNull();
  });

  it("says which end is too old, and what to do", () => {
    expect(protocolRefusal(1, 2, 4)).toBe("This page is older than the server. Reload the page.");
    expect(protocolRefusal(5, 2, 4)).toMatch(/^This page is newer than the server\./);
    expect(protocolRefusal(Number.NaN)).not.toBeNull();
  });
});

it.each([
  [{ width: 0, height: 844, ratio: 1 }, "message.window.width must be a whole number from 1 to 65535."],
  [{ width: 390, height: 65_536, ratio: 1 }, "message.window.height must be a whole number from 1 to 65535."],
  [{ width: 390, height: 844, ratio: 1e9 }, "message.window.ratio must be a number from 0.1 to 16."],
  [{ width: 390.5, height: 844, ratio: 1 }, "message.window.width must be a whole number from 1 to 65535."],
])("a window that can be none is refused: %o", (window, sentence) => {
  const message = { kind: "view", shown: null, window, preference: "auto", maxBitrateBps: null };
  expect(() => parseClientMessage(JSON.stringify(message))).toThrow(sentence);
});

describe("PV4: codecs", () => {
  it("that a server does not know are ignored in what a viewer asks for", () => {
    const text = '{"kind":"stream","connection":1,"codecs":["h267","av1-444","vp9",7]}';
    expect(parseClientMessage(text)).toEqual({ kind: "stream", connection: 1, codecs: ["vp9"] });
  });

  it("are named without their profile in an answer, since the browser offered it and not the page", () => {
    expect(() => parseServerMessage('{"kind":"answer","connection":1,"sdp":"v=0","codec":"h264-444"}')).toThrow(
      "message.codec must be one of h264, vp8, vp9, av1.",
    );
  });
});
