/** One viewer of a scene: its connections and its input. Its ways are stand-ins but for the WebSocket's, which sends nothing itself. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { StreamWay, VideoStream } from "../../../../../server/pipeline/viewers/video-stream.ts";
import { Viewer } from "../../../../../server/pipeline/viewers/viewer.ts";
import type { AcceptedInput } from "../../../../../server/pipeline/viewers/viewer-input.ts";
import { OutgoingFeedback } from "../../../../../server/transport/outgoing-feedback.ts";
import type { OutgoingFrame } from "../../../../../server/transport/transport.ts";
import { StreamError } from "../../../../../shared/errors.ts";
import { encodeInput } from "../../../../../shared/input.ts";
import type { ServerMessage } from "../../../../../shared/signaling.ts";
import { encodeAck, encodeSocketInput, parseServerSocketMessage } from "../../../../../shared/socket-message.ts";
import { milliseconds } from "../../../../../shared/time.ts";
import { type StreamCodec, videoCodecs } from "../../../../../shared/video.ts";
import { keyInput } from "../../../../support/input-samples.ts";
import { FakeTransport } from "../fake-stages.ts";

const candidate = { candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host", sdpMid: "0", sdpMLineIndex: 0 };

let viewer: Viewer;
let ways: FakeTransport[];
let told: ServerMessage[];
let bytes: Uint8Array[];
let inputs: AcceptedInput[];
let events: string[];
let refusal: StreamError | null;
let sent: readonly StreamCodec[];

function open(paused = false, socketMaxBps?: number): Viewer {
  const opened = new Viewer("ann", {
    codecs: () => sent,
    paused,
    socketMaxBps,
    openWebRtc: (_offer, codecs) => {
      if (refusal !== null) throw refusal;
      const way = new FakeTransport(codecs[0]);
      ways.push(way);
      return way;
    },
    sendMessage: (message) => void told.push(message),
    sendBytes: (sent) => void bytes.push(sent),
  });
  for (const name of ["streamsChanged", "wishChanged", "pauseChanged", "pointersReady", "inputRejected"] as const) {
    opened.on(name, () => void events.push(name));
  }
  opened.on("lost", ({ way }) => void events.push(`lost ${way}`));
  opened.on("inputAccepted", (input) => void inputs.push(input));
  return opened;
}

beforeEach(() => {
  vi.useFakeTimers();
  [ways, told, bytes, inputs, events, refusal] = [[], [], [], [], [], null];
  sent = videoCodecs;
  viewer = open();
});

afterEach(async () => {
  await viewer.close();
});

/** Connects by WebRTC; gives its way and its stream. */
function connect(connection = 1): { way: FakeTransport; stream: VideoStream } {
  viewer.handleMessage({ kind: "offer", connection, sdp: "v=0" });
  const way = ways.at(-1);
  way?.emit("connected", {});
  const stream = viewer.streams.find(({ transport }) => transport === way);
  if (way === undefined || stream === undefined) throw new Error("No connection was opened.");
  stream.moveTo(0);
  return { way, stream };
}

function frame(count: number, isKeyFrame = count === 1): OutgoingFrame {
  const forms = { rtpPayloads: () => [], socketForm: () => new Uint8Array(8 + count) };
  return { codec: "h264", tier: 0, isKeyFrame, number: count, count, time: milliseconds(count), ...forms };
}

/** Sends a frame; gives on which ways it went, under which names. */
function send(count: number, isKeyFrame?: boolean): (readonly [StreamWay, number])[] {
  const went: (readonly [StreamWay, number])[] = [];
  viewer.send(frame(count, isKeyFrame), (name, way) => void went.push([way, name]));
  return went;
}

const socketInput = (sequence: number, ordered: number) =>
  encodeSocketInput({ sequence, ordered, event: keyInput("down", { code: `Key${sequence}` }) });

test("an offer is answered, and candidates go both ways", async () => {
  viewer.handleMessage({ kind: "offer", connection: 7, sdp: "v=0" });
  expect([viewer.isWatching, viewer.streams]).toEqual([true, []]);
  ways[0]?.emit("candidateGathered", candidate);
  viewer.handleMessage({ kind: "candidate", connection: 7, candidate });
  viewer.handleMessage({ kind: "candidate", connection: 8, candidate });
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toEqual([
    { kind: "candidate", connection: 7, candidate },
    { kind: "answer", connection: 7, sdp: "answer to v=0", codec: "h264" },
  ]);
  expect(ways[0]?.candidates).toEqual([candidate]);
  ways[0]?.emit("connected", {});
  expect(viewer.streams.map(({ connection }) => connection)).toEqual([7]);
});

test("an offer that cannot be used is told, and nothing is left of it", () => {
  refusal = new StreamError("no-common-codec", "No codec.");
  viewer.handleMessage({ kind: "offer", connection: 1, sdp: "v=0" });
  expect(told).toEqual([{ kind: "error", code: "no-common-codec", message: "No codec." }]);
  expect(viewer.isWatching).toBe(false);
});

test("a WebSocket's video is in the codec that the server prefers, and one that is not to be had is told", () => {
  viewer.handleMessage({ kind: "stream", connection: 1, codecs: ["vp9", "vp8"] });
  expect([told, viewer.streams[0]?.codec]).toEqual([[{ kind: "streaming", connection: 1, codec: "vp8" }], "vp8"]);
  expect(events).toContain("pointersReady");
  viewer.handleMessage({ kind: "stream", connection: 2, codecs: [] });
  expect(told.at(-1)).toMatchObject({ kind: "error", code: "no-common-codec" });
});

test("a viewer is sent 4:4:4 from its next connection on, once that is sent, and 4:2:0 where it knows no other", async () => {
  const ask = (connection: number, ...codecs: StreamCodec[]) => {
    viewer.handleMessage({ kind: "stream", connection, codecs });
    return told.at(-1);
  };
  expect(ask(1, "h264", "h264-444")).toMatchObject({ kind: "streaming", codec: "h264" });
  sent = ["h264-444", ...videoCodecs];
  expect(ask(2, "h264", "h264-444")).toMatchObject({ kind: "streaming", codec: "h264-444" });
  expect(ask(3, "h264")).toMatchObject({ kind: "streaming", codec: "h264" });
  viewer.handleMessage({ kind: "offer", connection: 4, sdp: "v=0" });
  await vi.advanceTimersByTimeAsync(1);
  expect(ways.map(({ codec }) => codec)).toEqual(["h264-444"]);
  // Pages of before know the four words alone.
  expect(told.at(-1)).toMatchObject({ kind: "answer", codec: "h264" });
});

test("a new connection takes the place of the one before of its sort, whose end is no loss", () => {
  const { way } = connect(1);
  const second = connect(2);
  expect([way.isClosed, viewer.streams.map(({ connection }) => connection)]).toEqual([true, [2]]);
  way.emit("lost", { reason: "late" });
  way.emit("connected", {});
  expect([viewer.streams, events.includes("lost webrtc")]).toEqual([[second.stream], false]);
});

test("frames go on every way that takes them, and each that is left out is counted", () => {
  connect(1);
  viewer.handleMessage({ kind: "stream", connection: 2, codecs: ["h264"] });
  viewer.streams.find(({ connection }) => connection === 2)?.moveTo(0);
  expect(viewer.send(frame(1, false), () => undefined)).toEqual({ sent: 0, dropped: 2 });
  expect(send(2, true)).toEqual([
    ["webrtc", 1002],
    ["socket", 2],
  ]);
  expect(viewer.takeCounts()).toMatchObject({ packets: 2 });
});

test("the rest of the scene is told for each connection, in the name that it knows the frame by", () => {
  connect(5);
  viewer.sendRestBegun("p9");
  viewer.sendRest("webrtc", 1009, "p9");
  viewer.sendRest("socket", 9, "p9");
  expect(told).toEqual([
    { kind: "resting", connection: 5, picture: "p9" },
    { kind: "rest", connection: 5, frame: 1009, picture: "p9" },
  ]);
});

test("who looks away keeps its connections and is sent nothing, whatever it is", () => {
  const { way } = connect();
  viewer.handleMessage({ kind: "pause", paused: true });
  viewer.handleMessage({ kind: "pause", paused: true });
  expect([way.isPaused, viewer.isWatching, viewer.streams]).toEqual([true, false, []]);
  expect(send(1)).toEqual([]);
  viewer.sendFeedback("control", new OutgoingFeedback({ kind: "pulse", renderedFps: 1, renderMs: 1, encodeMs: 1 }));
  let requests = 0;
  viewer.on("keyFrameRequested", () => void (requests += 1));
  way.emit("keyFrameRequested", {});
  expect([way.feedback, requests, events.filter((name) => name === "pauseChanged").length]).toEqual([[], 0, 1]);
  viewer.handleMessage({ kind: "pause", paused: false });
  way.emit("keyFrameRequested", {});
  expect([viewer.streams.length, requests]).toEqual([1, 1]);
});

test("a viewer that begins looking away connects without being sent anything", () => {
  viewer = open(true);
  viewer.handleMessage({ kind: "offer", connection: 1, sdp: "v=0" });
  ways[0]?.emit("connected", {});
  expect([ways[0]?.isPaused, viewer.streams, send(1)]).toEqual([true, [], []]);
});

test("feedback for many goes by WebRTC where that is connected, else by the WebSocket", () => {
  const pulse = new OutgoingFeedback({ kind: "pulse", renderedFps: 60, renderMs: 1, encodeMs: 1 });
  viewer.handleMessage({ kind: "stream", connection: 1, codecs: ["h264"] });
  viewer.sendFeedback("control", pulse);
  expect(bytes).toEqual([pulse.socketForm()]);
  const { way } = connect(2);
  viewer.sendFeedback("control", pulse);
  expect([bytes.length, way.feedback]).toEqual([1, ["control"]]);
});

test("a wish counts for all its streams, and is told", () => {
  const { stream } = connect();
  const wish = { shown: { width: 640, height: 360 }, preference: "sharp", maxBitrateBps: 500_000 } as const;
  viewer.handleMessage({ kind: "view", ...wish });
  expect([stream.wish, events.includes("wishChanged")]).toEqual([wish, true]);
});

test("what comes through a tunnel is held, and what goes by WebRTC past it is not", async () => {
  await viewer.close();
  viewer = open(false, 1_000_000);
  const { stream } = connect(1);
  viewer.handleMessage({ kind: "stream", connection: 2, codecs: ["h264"] });
  const socket = viewer.streams.find(({ connection }) => connection === 2);
  const limits = () => [stream.wish.maxBitrateBps, socket?.wish.maxBitrateBps];
  expect(limits()).toEqual([null, 1_000_000]);
  const wish = { shown: null, preference: "auto" } as const;
  viewer.handleMessage({ kind: "view", ...wish, maxBitrateBps: 5_000_000 });
  expect(limits()).toEqual([5_000_000, 1_000_000]);
  viewer.handleMessage({ kind: "view", ...wish, maxBitrateBps: 500_000 });
  expect(limits()).toEqual([500_000, 500_000]);
});

test("input comes by every way, in order and once, and receipts are sent together", () => {
  const { way } = connect();
  way.emit("inputReceived", {
    bytes: encodeInput({ sequence: 2, ordered: 1, event: keyInput("down", { code: "KeyB" }) }),
  });
  expect(inputs).toEqual([]);
  viewer.handleBytes(socketInput(1, 0));
  viewer.handleBytes(socketInput(1, 0));
  expect(inputs.map(({ sequence }) => sequence)).toEqual([1, 2]);
  expect(bytes).toEqual([]);
  vi.advanceTimersByTime(20);
  expect(bytes.map((sent) => parseServerSocketMessage(sent))).toEqual([
    { kind: "feedback", feedback: { kind: "received", ordered: 2 } },
  ]);
});

test("an event that others before it never come for goes on without them", () => {
  viewer.handleBytes(socketInput(3, 2));
  vi.advanceTimersByTime(900);
  expect(inputs).toEqual([]);
  vi.advanceTimersByTime(300);
  expect(inputs.map(({ sequence }) => sequence)).toEqual([3]);
});

test("bytes that follow no protocol are refused, and acknowledgements without a stream do no harm", () => {
  viewer.handleBytes(new Uint8Array([250, 1]));
  connect().way.emit("inputReceived", { bytes: new Uint8Array() });
  expect(events.filter((name) => name === "inputRejected")).toHaveLength(2);
  viewer.handleBytes(encodeAck(3));
  expect(events.filter((name) => name === "inputRejected")).toHaveLength(2);
});

test("a connection that is lost, or that the page ends, is gone; only the loss is told", () => {
  const { way } = connect(1);
  way.emit("lost", { reason: "It failed." });
  expect([events.at(-1), viewer.isWatching, way.isClosed]).toEqual(["lost webrtc", false, true]);
  const second = connect(2).way;
  viewer.handleMessage({ kind: "disconnect", connection: 3 });
  expect(second.isClosed).toBe(false);
  viewer.handleMessage({ kind: "disconnect", connection: 2 });
  expect([second.isClosed, viewer.isWatching]).toEqual([true, false]);
  expect(events.filter((name) => name.startsWith("lost"))).toHaveLength(1);
});

test("a viewer by WHEP is answered whole and is told nothing in words", async () => {
  expect(await viewer.answerWhole("v=0")).toBe("answer to v=0");
  ways[0]?.emit("connected", {});
  viewer.sendRestBegun("p1");
  viewer.sendRest("webrtc", 1, "p1");
  expect([viewer.streams.length, told]).toEqual([1, []]);
});

test("closing ends all connections, and nothing is sent after it", async () => {
  const { way } = connect();
  viewer.handleBytes(socketInput(1, 0));
  await viewer.close();
  vi.advanceTimersByTime(1000);
  expect([way.isClosed, bytes, viewer.isWatching]).toEqual([true, [], false]);
});
