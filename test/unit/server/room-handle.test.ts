/** What a program may do with a room, whose process is played by the test. */

import { afterEach, beforeEach, expect, test } from "vitest";
import type { ParameterValues } from "../../../server/platform/parameters.ts";
import type { Room } from "../../../server/room/room.ts";
import { RoomHandle } from "../../../server/room-handle.ts";
import type { FromSession, ToSession } from "../../../server/session/session-protocol.ts";
import type { FakeProcess, FakeProcesses } from "../../support/fake-processes.ts";
import { enter, playedRoom } from "./room/played-room.ts";

const nothing = { recordings: { of: () => null }, outputs: { of: () => null } };

let room: Room;
let handle: RoomHandle;
let process: FakeProcess;
let processes: FakeProcesses;

beforeEach(async () => {
  ({ room, process, processes } = await playedRoom());
  handle = new RoomHandle(room, { end: (ended) => ended.close() }, nothing);
});
afterEach(() => room.close());

const declared = { count: { type: "number", default: 3, min: 1, max: 9, fromLink: true } } as const;

function tell(values: ParameterValues, set: ParameterValues = {}): void {
  process.say({ kind: "parameters-told", news: { declared, values, set } });
}

function sentOf<Kind extends ToSession["kind"]>(kind: Kind): Extract<ToSession, { readonly kind: Kind }>[] {
  return process.sent.filter((message) => message.kind === kind) as Extract<ToSession, { readonly kind: Kind }>[];
}

async function goLive(): Promise<void> {
  tell({ count: 3 });
  process.ready();
  await room.session.ready;
}

/** The process falls and the next one is started. */
async function fall(): Promise<void> {
  process.kill();
  process = await processes.nth(2);
}

test("KV1: setParameters is answered by the scene, and what does not fit never gets there", async () => {
  await goLive();
  expect(handle.parameters).toEqual({ count: 3 });
  const set = handle.setParameters({ count: 5 });
  await expect.poll(() => sentOf("parameters-wanted")).toHaveLength(1);
  const [wanted] = sentOf("parameters-wanted");
  tell({ count: 5 }, { count: 5 });
  process.say({ kind: "parameters-set", requestId: wanted?.requestId ?? 0, error: null });
  await set;
  expect(handle.parameters).toEqual({ count: 5 });

  await expect(handle.setParameters({ count: 10 })).rejects.toThrow(
    new TypeError("The parameter count must be a number from 1 to 9, not 10."),
  );
  await expect(handle.setParameters({ cuont: 1 })).rejects.toThrow(
    new TypeError('The scene has no parameter "cuont". It has count.'),
  );
  await expect(handle.setParameters({ count: null } as never)).rejects.toThrow(
    "values.count must be a number, true, false",
  );
  expect(sentOf("parameters-wanted")).toHaveLength(1);

  const thrown = handle.setParameters({ count: 7 });
  await expect.poll(() => sentOf("parameters-wanted")).toHaveLength(2);
  const error = { code: "scene-failed", message: "seven", stack: null } as const;
  process.say({ kind: "parameters-set", requestId: sentOf("parameters-wanted")[1]?.requestId ?? 0, error });
  await expect(thrown).rejects.toMatchObject({ code: "scene-failed", message: "seven" });
});

test("KV2: what is set before the scene is live waits for it, and what is wrong is told then", async () => {
  const early = handle.setParameters({ count: 5 });
  const wrong = expect(handle.setParameters({ count: 99 })).rejects.toThrow("from 1 to 9, not 99");
  expect(process.kinds).toEqual(["start"]);
  await goLive();
  await wrong;
  await expect.poll(() => sentOf("parameters-wanted")).toMatchObject([{ values: { count: 5 } }]);
  process.say({ kind: "parameters-set", requestId: sentOf("parameters-wanted")[0]?.requestId ?? 0, error: null });
  await early;
});

test("KV2: while a process is started again values are kept for it, or sent when it is live", async () => {
  await goLive();
  tell({ count: 4 }, { count: 4 });
  const asked = handle.setParameters({ count: 6 });
  await expect.poll(() => sentOf("parameters-wanted")).toHaveLength(1);
  const lost = expect(asked).rejects.toMatchObject({ code: "room-lost" });
  await fall();
  await lost;
  // The one that fell had not taken it.
  const [start] = sentOf("start");
  expect(start?.parameters).toMatchObject({ set: { count: 4 }, isFirst: false });
  const late = handle.setParameters({ count: 8 });
  await Promise.resolve();
  tell({ count: 4 }, { count: 4 });
  process.ready();
  await expect.poll(() => sentOf("parameters-wanted")).toMatchObject([{ values: { count: 8 } }]);
  process.say({ kind: "parameters-set", requestId: sentOf("parameters-wanted")[0]?.requestId ?? 0, error: null });
  await late;
});

test("KV3: values with which the next process falls are not tried again, and those with which it lives are set", async () => {
  await goLive();
  process.kill();
  await expect.poll(() => handle.status).toBe("restarting");
  // Kept for the second process, which is on its way, or begun with it.
  const bad = expect(handle.setParameters({ count: 9 })).rejects.toMatchObject({ code: "room-lost" });
  process = await processes.nth(2);
  await Promise.resolve();
  process.kill();
  process = await processes.nth(3);
  await bad;
  expect(sentOf("start")[0]?.parameters.set).toEqual({});
  process.kill();
  await expect.poll(() => processes.started.length).toBe(3);
  const good = handle.setParameters({ count: 8 });
  process = await processes.nth(4);
  expect(sentOf("start")[0]?.parameters.set).toEqual({ count: 8 });
  tell({ count: 8 }, { count: 8 });
  process.ready();
  await good;
  expect([handle.parameters, sentOf("parameters-wanted")]).toEqual([{ count: 8 }, []]);
});

test("who comes to a room that runs by a link that wants it otherwise changes nothing, as the log says once", async () => {
  await goLive();
  const lines: string[] = [];
  room.session.on("logged", ({ level, text }) => lines.push(`${level} ${text}`));
  for (const count of ["3", "many", "5", "6"]) room.session.passOver({ count, other: "1" });
  expect(lines).toEqual([
    "info Somebody came by a link with count=5; the room runs, so it stays as it is. A link sets parameters where it opens a room, at /s/<name>/ or with --rooms private.",
  ]);
  expect([handle.parameters, sentOf("parameters-wanted")]).toEqual([{ count: 3 }, []]);
});

test("in a room that has ended nothing is set, sent or taken", async () => {
  await goLive();
  const waiting = expect(handle.setParameters({ count: 5 })).rejects.toMatchObject({ code: "closed" });
  await expect.poll(() => sentOf("parameters-wanted")).toHaveLength(1);
  await handle.close();
  await waiting;
  await expect(handle.setParameters({ count: 5 })).rejects.toMatchObject({ code: "closed" });
  await expect(handle.snapshot()).rejects.toMatchObject({ code: "room-lost" });
  handle.send(1);
  handle.resize(null);
  expect(handle.status).toBe("closed");
});

test("SR4: a message goes to all pages or to one, and what cannot be sent is refused in words", async () => {
  await goLive();
  const [ann, ben] = [enter(room, "ann"), enter(room, "ben")];
  handle.send({ hello: 1 });
  handle.send(Uint8Array.of(1, 2), "ben");
  const message = { kind: "message", from: "server" };
  expect(ann.messages.filter(({ kind }) => kind === "message")).toEqual([{ ...message, json: '{"hello":1}' }]);
  expect(ben.messages.filter(({ kind }) => kind === "message")).toEqual([
    { ...message, json: '{"hello":1}' },
    { ...message, base64: "AQI=" },
  ]);
  expect(() => handle.send(1, "nobody")).toThrow(expect.objectContaining({ code: "not-allowed" }));
  expect(() => handle.send(undefined as never)).toThrow(new TypeError("data must be a JSON value or a Uint8Array."));
  const flood = () => {
    for (let at = 0; at < 500; at += 1) handle.send(at);
  };
  expect(flood).toThrow(
    expect.objectContaining({ code: "too-fast", message: expect.stringMatching(/^A program may send 200/) }),
  );
});

test("SR4: what a viewer sends the scene is heard by the program, and what the scene is not given is not", async () => {
  await goLive();
  const heard: unknown[] = [];
  room.on("messageReceived", (event) => heard.push(event));
  const [ann, ben] = [enter(room, "ann"), enter(room, "ben")];
  handle.setControl({ mode: "one" });
  handle.grant("ann");
  ann.seat?.handleMessage({ kind: "message", json: "1" });
  ben.seat?.handleMessage({ kind: "message", json: "2" });
  expect(heard).toEqual([{ viewerId: "ann", body: { json: "1" } }]);
});

test("a snapshot has the form that was asked for, scaled down and never up", async () => {
  await goLive();
  const asked = handle.snapshot({ format: "jpeg", size: { width: 160, height: 160 }, quality: 70 });
  expect(sentOf("snapshot-wanted")[0]?.form).toEqual({ format: "jpg", quality: 70, size: { width: 160, height: 96 } });
  process.say({ kind: "snapshot-taken", requestId: 1, tag: "a", bytes: Uint8Array.of(9), encodeMs: 1 });
  expect(await asked).toEqual(Uint8Array.of(9));
  void handle.snapshot({ size: { width: 4000, height: 4000 } }).catch(() => undefined);
  expect(sentOf("snapshot-wanted")[1]?.form).toEqual({ format: "png", quality: 90, size: null });
  for (const [options, sentence] of [
    [{ format: "gif" }, "options.format must be one of png, jpeg, webp."],
    [{ quality: 0 }, "options.quality must be a whole number from 1 to 100."],
    [{ size: { width: 5, height: 100 } }, "options.size.width must be a whole number from 16 to 8192."],
    [{ colour: 1 }, "options.colour is unknown. There are format, size, quality."],
  ] as const) {
    await expect(handle.snapshot(options as never), sentence).rejects.toThrow(new TypeError(sentence));
  }
});

test("a fixed size is told to each process before windows are, and null lets go of it", async () => {
  await goLive();
  handle.resize({ width: 640, height: 480 });
  // Pictures that are taken from now on have it.
  void handle.snapshot({ size: { width: 320, height: 320 } }).catch(() => undefined);
  expect(sentOf("snapshot-wanted")[0]?.form.size).toEqual({ width: 320, height: 240 });
  expect(sentOf("size-wanted")).toEqual([{ kind: "size-wanted", size: { width: 640, height: 480 } }]);
  enter(room, "ann");
  await fall();
  process.ready();
  await expect.poll(() => process.kinds.slice(0, 3)).toEqual(["start", "size-wanted", "viewer-joined"]);
  handle.resize(null);
  expect(sentOf("size-wanted").at(-1)).toEqual({ kind: "size-wanted", size: null });
  expect(() => handle.resize({ width: 641, height: 480 })).toThrow(
    new TypeError("size.width must be an even number from 16 to 8192."),
  );
  expect(() => handle.resize({ width: 8192, height: 8192 })).toThrow("size must have at most 3686400 pixels");
});

test("the state is read and set as JSON", async () => {
  await goLive();
  expect(handle.state).toBeNull();
  process.say({ kind: "scene-state-changed", state: '{"turned":1}' });
  expect(handle.state).toEqual({ turned: 1 });
  handle.setState({ turned: 2 });
  expect(sentOf("scene-state-wanted")).toEqual([{ kind: "scene-state-wanted", state: '{"turned":2}' }]);
  expect(() => handle.setState(undefined as never)).toThrow(new TypeError("state must be a JSON value."));
  expect(() => handle.setState("x".repeat(20_000))).toThrow(
    "state must have at most 16384 characters as JSON, not 20002.",
  );
});

test("stats say how the last second was, and nothing of a process that fell", async () => {
  await goLive();
  expect(handle.stats()).toMatchObject({ drawnFps: 0, tiers: [], stageMs: { render: { median: 0, longest: 0 } } });
  const counts = {
    skipped: 0,
    sentFrames: 0,
    droppedFrames: 0,
    sentPackets: 0,
    retransmittedPackets: 0,
    parityPackets: 0,
  };
  const tiers = [{ codec: "h264", size: { width: 320, height: 192 }, maxFps: 60, bitrateBps: 1e6 }] as const;
  const report: Extract<FromSession, { readonly kind: "report" }>["report"] = {
    ...{
      ...counts,
      rendered: 30,
      encoded: 29,
      sentBytes: 1000,
      keyFrames: 1,
      rejectedInputs: 0,
      glErrors: 0,
      replacedFrames: 0,
    },
    ...{ viewers: 2, encoders: 1, tiers, ways: [], queueShares: [] },
    stageMs: { render: [5, 7, 6], readback: [1], convert: [], encode: [2], send: [] },
    cpuMs: { render: 200, encode: 100, transport: 50, mux: 0 },
  };
  process.say({ kind: "report", report });
  expect(handle.stats()).toEqual({
    size: { width: 320, height: 192 },
    ...{ viewers: 2, drawnFps: 30, encodedFps: 29, sentBps: 8000, tiers, ways: [], cores: 0.35 },
    stageMs: {
      render: { median: 6, longest: 7 },
      readback: { median: 1, longest: 1 },
      convert: { median: 0, longest: 0 },
      encode: { median: 2, longest: 2 },
      send: { median: 0, longest: 0 },
    },
  });
  await fall();
  expect(handle.stats().drawnFps).toBe(0);
});
