/** Owns good messages of each form, from which the fuzzer makes bad ones. */

import { Field, FixedSizeList, Float32, makeBuilder, Table, tableFromArrays, tableToIPC } from "apache-arrow";
import { npyHeadFor } from "../../server/data/formats/npy.ts";
import type { ParameterDeclarations } from "../../server/platform/parameters.ts";
import { encodeFeedback } from "../../shared/feedback.ts";
import { encodeInput } from "../../shared/input.ts";
import type { PanelControl } from "../../shared/panels.ts";
import { PROTOCOL_VERSION } from "../../shared/signaling.ts";
import { encodeAck, encodeSocketFeedback, encodeSocketFrame, encodeSocketInput } from "../../shared/socket-message.ts";
import { milliseconds } from "../../shared/time.ts";
import { doubleClickInput, keyInput, pointerInput, wheelInput } from "../support/input-samples.ts";

const events = [pointerInput("down"), pointerInput("move"), wheelInput(), keyInput("down"), doubleClickInput()];
const messages = events.map((event, index) => ({ sequence: index + 1, ordered: index, event }));
const feedback = [
  { kind: "echo", rtpTimestamp: 7, sequence: 8, serverMs: 9 },
  { kind: "pulse", renderedFps: 60, renderMs: 2, encodeMs: 3 },
  { kind: "received", ordered: 12 },
  { kind: "pointers", pointers: [{ person: 3, x: 0.5, y: 0.25, state: "over" }] },
] as const;
const frame = {
  codec: "h264",
  isKeyFrame: true,
  frame: 4,
  time: milliseconds(5),
  data: Uint8Array.of(1, 2, 3),
} as const;

export const inputs: readonly Uint8Array[] = messages.map((message) => encodeInput(message));
export const feedbacks: readonly Uint8Array[] = feedback.map((one) => encodeFeedback(one));
export const fromViewer: readonly Uint8Array[] = [
  encodeAck(9),
  ...messages.map((message) => encodeSocketInput(message)),
];
export const toViewer: readonly Uint8Array[] = [
  encodeSocketFrame(frame),
  ...feedback.map((one) => encodeSocketFeedback(one)),
];
export const posts: readonly Uint8Array[] = [
  Uint8Array.from(fromViewer.flatMap((message) => [message.byteLength, ...message])),
];

const given = { kind: "frame", slot: 1, number: 2, width: 16, height: 16, format: "gray", rows: "up" } as const;
/** What pages of hosts say to a studio. */
export const studioMessages: readonly object[] = [
  { studio: "open" },
  { studio: "change", changes: [{ name: "a", x: 1, y: -2, width: 20, height: 20 }] },
  { studio: "change", changes: [{ name: "b", hidden: true, opacity: 0.5, order: 1 }] },
];

export const programMessages: readonly object[] = [
  { kind: "hello", protocol: 1, title: "Fibres", width: 640, height: 360, maxPixels: 921_600, resizes: true },
  { ...given, renderedAt: 1, renderMs: 2, answers: 3 },
  { kind: "reserve", width: 640, height: 360 },
  { kind: "cursor", cursor: "grab", takesDrags: true },
];
export const carriedFrames: readonly Uint8Array[] = [
  Uint8Array.from([...new TextEncoder().encode(`${JSON.stringify(given)}\n`), ...new Array<number>(256).fill(9)]),
];

const candidateText = "candidate:1 1 udp 2130706431 192.168.1.20 5000 typ host generation 0 ufrag a";
export const candidates: readonly string[] = [
  candidateText,
  "candidate:842163049 1 udp 1677729535 203.0.113.9 46154 typ srflx raddr 10.0.0.5 rport 5000",
  "a=candidate:1 1 udp 1 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 5000 typ host",
  "candidate:2 1 udp 1 fd00::1 5000 typ host",
];

export const descriptions: readonly string[] = [
  [
    "v=0",
    "o=- 1 2 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0",
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98",
    "c=IN IP4 0.0.0.0",
    `a=${candidateText}`,
    "a=ice-ufrag:abcd",
    "a=ice-pwd:abcdefghijklmnopqrstuv",
    "a=mid:0",
    "a=recvonly",
    "a=rtpmap:96 H264/90000",
    "a=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    "a=rtcp-fb:96 nack pli",
    "a=rtpmap:97 rtx/90000",
    "a=fmtp:97 apt=96",
    "a=rtpmap:98 VP8/90000",
    "",
  ].join("\r\n"),
];

export const clientMessages: readonly object[] = [
  { kind: "hello", protocol: PROTOCOL_VERSION, name: "Ann" },
  { kind: "offer", connection: 1, sdp: descriptions[0] },
  { kind: "candidate", connection: 1, candidate: { candidate: candidateText, sdpMid: "0", sdpMLineIndex: 0 } },
  { kind: "stream", connection: 2, codecs: ["h264", "vp8"] },
  { kind: "disconnect", connection: 1 },
  { kind: "pause", paused: true },
  { kind: "name", name: "Ben" },
  { kind: "control", request: { action: "grant", person: 2 } },
  { kind: "view", shown: { width: 640, height: 360 }, preference: "auto", maxBitrateBps: 1_000_000 },
  { kind: "exact-received", request: 1, bytes: 2 },
  { kind: "message", json: '{"a":[1,2]}' },
  { kind: "message", base64: "AAEC" },
  { kind: "scene-state", state: "[1,2,3]" },
  { kind: "restart" },
  { kind: "panel", id: "/P/size", value: 2.5, last: false },
  { kind: "felt", presses: [40, 61.5], stalls: 1 },
  { kind: "traced", asked: 1, received: 2, sent: 3, spans: [[0, 1, 2, 7, 0]] },
];

export const serverMessages: readonly object[] = [
  { kind: "queued", position: 1, waiting: 2 },
  { kind: "resting", connection: 1, picture: "a-1" },
  { kind: "rest", connection: 1, frame: 2, picture: "a-1" },
  { kind: "status", status: "live", detail: null },
  { kind: "answer", connection: 1, sdp: descriptions[0], codec: "h264" },
  { kind: "error", code: "bad-sdp", message: "No." },
  { kind: "scene-state", state: null },
  { kind: "people", people: [], total: 0, mode: "one", locked: false, holder: null },
  {
    kind: "panels",
    revision: 1,
    controls: [{ kind: "button", id: "/P/go", label: "L", disabled: false, hidden: false }],
  },
  { kind: "panel-changes", revision: 1, controls: [] },
  { kind: "message", from: "server", json: "[1]" },
  { kind: "title", title: "Spheres" },
  { kind: "notice", text: null },
  { kind: "console", level: "warn", text: "careful" },
  { kind: "tunnel", monthBytes: 1_000_000, allowanceBytes: null },
  { kind: "trace", on: true, at: 1 },
];

/** Compound RTCP: a receiver report, a NACK and a picture loss indication, of the stream 111. */
const common = { label: "L", disabled: false, hidden: false };
export const controls: readonly PanelControl[] = [
  { kind: "range", id: "/P/size", ...common, value: 1, min: 0, max: 5, step: 1 },
  { kind: "number", id: "/P/count", ...common, value: 1, min: null, max: null, step: null },
  { kind: "switch", id: "/P/on", ...common, value: true },
  { kind: "choice", id: "/P/shape", ...common, value: null, options: ["cube", "ball"] },
  { kind: "color", id: "/P/tint", ...common, value: "#ff8800" },
  { kind: "text", id: "/P/name", ...common, value: "Ann" },
  { kind: "button", id: "/P/go", ...common },
];
/** What sets them. */
export const controlValues: readonly object[] = [
  { "/P/size": 2, "/P/count": -7.5, "/P/on": false, "/P/go": true },
  { "/P/shape": "ball", "/P/tint": "#FFFFFF", "/P/name": "Ben" },
];

export const rtcp: readonly Uint8Array[] = [
  Uint8Array.of(0x81, 201, 0, 7, 0, 0, 0, 9, 0, 0, 0, 111, 10, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0),
  Uint8Array.of(0x81, 205, 0, 3, 0, 0, 0, 9, 0, 0, 0, 111, 0, 5, 0, 3),
  Uint8Array.of(0x81, 206, 0, 2, 0, 0, 0, 9, 0, 0, 0, 111),
  Uint8Array.of(0x8f, 205, 0, 5, 0, 0, 0, 9, 0, 0, 0, 111, 0, 1, 0, 2, 0, 0, 1, 0, 0x20, 2, 4, 4),
];

/** A binding request (RFC 8489 section 5) with a user name and a priority. */
export const stun: readonly Uint8Array[] = [
  Uint8Array.of(
    ...[0, 1, 0, 20, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    ...[0, 6, 0, 5, 97, 58, 98, 99, 100, 0, 0, 0, 0, 0x24, 0, 4, 110, 0, 1, 255],
  ),
];

export const sceneCards: readonly object[] = [
  { scenes: [{ name: "spheres", title: "Spheres", status: "live", isTroubled: false, viewers: 2, hasPreview: true }] },
  { scenes: [] },
];

/** What a page around a frame of ours posts to it. */
export const frameMessages: readonly object[] = [
  { scenecast: 1, kind: "hello" },
  { scenecast: 1, kind: "set-controls", number: 1, values: { "/P/size": 2 } },
  { scenecast: 1, kind: "send", number: 2, data: { a: [1] } },
  { scenecast: 1, kind: "snapshot", number: 3 },
];

export const parameters: ParameterDeclarations = {
  count: { type: "number", default: 60, min: 1, max: 5000, step: 1, fromLink: true },
  shape: { type: "choice", options: ["ball", "box"], default: "ball", fromLink: true },
  file: { type: "text", default: "", maxLength: 8, fromLink: true },
  dark: { type: "boolean", default: false, fromLink: true },
  secret: { type: "text", default: "" },
};
export const queries: readonly string[] = [
  "count=200&shape=box&file=a&dark=true&secret=x&transport=mjpeg",
  "count=1e999&count=5&shape=%1b%5B2J%C2%9B&__proto__=1&constructor=2",
];

/** What programs of tunnels print. */
export const printed: readonly string[] = [
  "2026-11-28T06:00:00Z INF |  https://seasonal-deck.trycloudflare.com   |",
  "ERR dest=https://seasonal-deck.trycloudflare.com/?https://evil.trycloudflare.com type=http",
];

export const rooms: readonly string[] = ["", "hall", "spheres/", "spheres/hall", "spheres/*", "a/b/c", "../x"];

export const npyHeads: readonly Uint8Array[] = [
  npyHeadFor("float32", [500_000, 3]),
  npyHeadFor("uint8", [7]),
  Uint8Array.from(npyHeadFor("int64", [2, 3, 4]), (byte, at) => (at === 6 ? 3 : byte)),
];

/** What programs that fill data say: messages of a stream, and headers. */
export const dataMessages: readonly Uint8Array[] = [
  '{"name": "points", "type": "float32", "shape": [2, null], "format": "raw"}\n12345678',
  '{"offset": 3, "count": 1}\n1',
  '{"columns": ["x", "y"], "format": "arrow"}\n',
].map((text) => new TextEncoder().encode(text));
export const dataHeaders: readonly string[] = ["500000,3", "*, 3", "rows 100-199/*", "bytes 0-0/5", "100", "x,y,z"];

const lists = makeBuilder({ type: new FixedSizeList(2, new Field("item", new Float32())) });
for (const row of [
  [1, 2],
  [3, 4],
])
  lists.append(row);
const columns = { x: Float32Array.of(1, 2), n: BigInt64Array.of(1n, 2n), t: ["a", "b"] };
export const arrowTables: readonly Uint8Array[] = [
  tableToIPC(tableFromArrays(columns), "stream"),
  // As a file begins that has its schema, and ends.
  Uint8Array.from([
    ...new TextEncoder().encode("ARROW1\0\0"),
    ...tableToIPC(tableFromArrays({ y: Float64Array.of(1, 2, 3) }), "stream"),
    ...[0, 0, 0, 0],
    ...new TextEncoder().encode("ARROW1"),
  ]),
  tableToIPC(new Table({ p: lists.finish().toVector() }), "stream"),
];

export const outputAddresses = [
  "whip+https://to%20ken:word@a.example:8443/live/whip?key=1",
  "whip+http://[::1]:8889/",
  "rtmp://a.example/live/key?x=1",
  "srt://a.example:9000?streamid=a&passphrase=0123456789",
];

export const iceServerLinks = [
  '<turn:a.example:3478?transport=udp>; rel="ice-server"; username="u"; credential="c"; credential-type="password"',
  '<stun:a.example>; rel="ice-server", <turns:b.example>;rel=ice-server;username=v;credential=d',
];
