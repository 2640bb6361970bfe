/**
 * Owns what a viewer's page and the server say to each other over the WebSocket: JSON, one message a frame. Each message
 * is one row of a table; its type and its check follow from the row, whose words stand in signaling-fields.ts.
 *
 * The order of a connection: the viewer sends `hello`, the server answers `welcome` and then a `status` at every change.
 * While the status is `live` the viewer sends an `offer` with a number of its own choice, `connection`, that the answer
 * and the candidates of that connection carry. When the status leaves `live` every connection is over; the next `live`
 * wants a new offer. A second `welcome` may come before the first `live`, when the scene has a name and a size.
 *
 * The same with `stream` in place of `offer`: frames then come over this very WebSocket (socket-message.ts). A viewer may
 * have one connection of each sort at a time, shows the better one and ends the other with `disconnect`.
 *
 * Where all places are taken the answer to `hello` is `queued`, again whenever the position changes, and `welcome` once it
 * is the viewer's turn. After `welcome` come `people`, `scene-state` and `panels`, and again at every change.
 *
 * Versions, each rule cited by a test:
 * PV1 a viewer ignores kinds and fields of messages that it does not know, and takes a word that it does not know (a role,
 *     a status, the code of an error) for the one that promises least. None of it ends its connection: only an error that
 *     ENDED_CLOSE_CODE follows does.
 * PV2 a server takes viewers of the versions MIN_PROTOCOL_VERSION to PROTOCOL_VERSION, and tells others which end is
 *     too old.
 * PV3 a viewer leaves a server whose version is below its own MIN_PROTOCOL_VERSION; a newer server decides by itself
 *     (PV2).
 * PV4 a server ignores codecs that it does not know in what a viewer asks for, and names only those that the viewer named; so
 *     either end may come to know more of them.
 */

import { fields, type UnionOf, union } from "./schema.ts";
import { MAX_SIGNALING_BYTES, type SignalingFields, signalingFields } from "./signaling-fields.ts";

export {
  type IceCandidate,
  type IceServer,
  MAX_SIGNALING_BYTES,
  MAX_STATE_LENGTH,
  type SceneStatus,
} from "./signaling-fields.ts";
export {
  type Preference,
  preferences,
  type StreamQuality,
  type ViewWindow,
  type ViewWish,
} from "./stream-quality.ts";

/** The protocol of this version. Raised at every change that the other end could misunderstand. */
export const PROTOCOL_VERSION = 4;

/** The oldest protocol that this version still understands, on either end. */
export const MIN_PROTOCOL_VERSION = 4;

/**
 * The code with which the server closes a socket (RFC 6455 section 7.4) after an `error` that says why it parts with
 * the viewer.
 */
export const ENDED_CLOSE_CODE = 4403;

/** The subprotocol of the WebSocket (RFC 6455 section 1.9), for who must name one. */
export const SOCKET_PROTOCOL = "scenecast";

/** With a key after it, another one: scripts in browsers can set no header of a WebSocket. */
export const KEY_PROTOCOL = "key.";

/** The labels of the two data channels that a viewer's offer opens. */
export const pointerChannelLabel = "pointer";
export const controlChannelLabel = "control";

const clientMessages = {
  /**
   * `name` is what the viewer wants to be called, if it has a wish. A `program` is no page: it shows no video, has no window and no
   * input, and so never gets control.
   */
  hello: { protocol: "protocol", name: "name?", program: "boolean?" },
  offer: { connection: "connection", sdp: "sdp" },
  candidate: { connection: "connection", candidate: "candidate" },
  /** Asks for video over this WebSocket, in one of these codecs; the server chooses. A new one replaces the one before. */
  stream: { connection: "connection", codecs: "codecs" },
  /** The viewer ends its connection and stays on the socket. */
  disconnect: { connection: "connection" },
  /** The viewer looks away, or looks again: meanwhile no frames are sent on any of its connections. */
  pause: { paused: "boolean" },
  name: { name: "name" },
  control: { request: "controlRequest" },
  /** How the viewer sees the picture and what it prefers; said at the beginning and at every change. */
  view: { "...": "view" },
  /**
   * Of the exact picture that was asked for with `receipts=<request>`, so many bytes have come so far; by WebSocket
   * only.
   */
  "exact-received": { request: "count", bytes: "count" },
  /** A message of the page to the scene. */
  message: { "...": "body" },
  /** The scene is to take a state that it gave before; JSON text. */
  "scene-state": { state: "sceneState" },
  /** A host has the scene started again, with its state: one that runs, and one that is down. */
  restart: {},
  /** The viewer changes a control of a panel. */
  panel: { "...": "panelChange" },
  /**
   * How it was for the viewer in the last ten seconds in which it saw pictures: the times from press to picture, and how often the
   * picture stood while it should have moved.
   */
  felt: { presses: "pressTimes", stalls: "count" },
  /** Answers `trace`: what the page did since the last answer, and when that was asked, came and is answered. */
  traced: { asked: "time", received: "time", sent: "time", spans: "pageSpans" },
} as const;

const serverMessages = {
  /**
   * `person` is which of `people` this viewer is. `room` is the name of the room under `s/`, where a viewer that comes
   * back should come to; null for the common room. `presence`: whether names and pointers are passed on between
   * viewers. `canLink`: whether `links` makes links for this viewer. `hasStart`: whether the server shows several
   * scenes, and so has a start page. `isStudio`: whether hosts arrange the picture (arrangement.ts).
   */
  welcome: {
    protocol: "protocol",
    viewerId: "viewerId",
    title: "title",
    size: "size",
    iceServers: "iceServers",
    person: "person",
    role: "role",
    room: "room or null",
    presence: "boolean",
    canLink: "boolean",
    hasStart: "boolean?",
    isStudio: "boolean?",
  },
  /** All places are taken; the viewer is let in by itself when it is its turn. */
  queued: { position: "place", waiting: "place" },
  /**
   * Who watches, the viewer itself included; without `presence` nobody else. `holder` has control where it is one person's;
   * null where it is nobody's or everybody's.
   */
  people: { people: "people", total: "total", mode: "mode", locked: "boolean", holder: "person or null" },
  /**
   * The scene may be about to rest, with a picture that is being drawn: `exact/<picture>` may be asked for, and answers
   * when the picture is there or will never be. `rest` follows where it came to be.
   */
  resting: { connection: "connection", picture: "picture" },
  /**
   * The scene rests: the frame `frame` of this connection, and no earlier one, shows the picture `picture`, which
   * `exact/<picture>` gives without loss until something moves. Said again, before it is sent, of each frame that shows
   * the same picture.
   */
  rest: { connection: "connection", frame: "frame", picture: "picture" },
  /** What is sent on a connection from now on, and why not more; at most twice a second. */
  quality: { connection: "connection", "...": "quality" },
  /** A message to the page: of the scene, or `from` the program that runs the server. */
  message: { from: "messageSource?", "...": "body" },
  /** The newest state that the scene gave; null where it gives none. */
  "scene-state": { state: "sceneState or null" },
  /** The panels of the scene, whole: at the beginning where there are any, and whenever there are other controls. */
  panels: { "...": "panelNews" },
  /** Those of the controls that differ from the last `panels` of the same revision; at most ten times a second (BO1). */
  "panel-changes": { "...": "panelNews" },
  /** `detail` is a sentence for people: why it restarts, what the scene threw. */
  status: { status: "status", detail: "sentence or null" },
  /** `codec` without the profile, which is in `sdp` and may be one that the page does not know. */
  answer: { connection: "connection", sdp: "sdp", codec: "codec" },
  candidate: { connection: "connection", candidate: "candidate" },
  /** Frames over this WebSocket follow, beginning with a key frame. Echoes name them by `frame`. */
  streaming: { connection: "connection", codec: "streamCodec" },
  /**
   * Twice a second while frames flow over WebRTC: how many were sent on this connection so far. A viewer that gets none of
   * them knows that UDP is dead, long before ICE does.
   */
  sent: { connection: "connection", frames: "frames" },
  /** The picture has another size from now on; the next frames show it. */
  size: { size: "size" },
  /** The scene was loaded anew under this title. */
  title: { title: "title" },
  /** The scene threw and goes on; a sentence for people. Null takes it back. */
  notice: { text: "sentence or null" },
  /** The cursor that the scene wants over its picture, and whether it listens to drags; for those who steer. */
  cursor: { cursor: "cursor", takesDrags: "boolean?" },
  /** The scene printed something to its console; for hosts. */
  console: { "...": "consoleLine" },
  /** How much went through the share link's tunnel; for hosts. */
  tunnel: { monthBytes: "bytes", allowanceBytes: "bytes or null" },
  /**
   * Whether what is shown is being recorded; and for hosts how much of late can be saved, null where none is held. Neither, until
   * it is said.
   */
  recording: { isOn: "boolean", replaySeconds: "seconds or null" },
  /** Asks for what the page did, several times a second while a trace runs; with `on` false for the last time. `at` is the time. */
  trace: { on: "boolean", at: "time" },
  error: { code: "errorCode", message: "sentence" },
} as const;

export type ClientMessage = UnionOf<SignalingFields, typeof clientMessages, "kind">;
export type ServerMessage = UnionOf<SignalingFields, typeof serverMessages, "kind">;

/** What a viewer may say after `hello`. */
export type ViewerMessage = Exclude<ClientMessage, { readonly kind: "hello" }>;

const client = union(signalingFields, clientMessages, "kind");
const server = union(signalingFields, serverMessages, "kind");

/** Reads a message of a viewer. Throws `TypeError` naming the field and the rule. */
export function parseClientMessage(text: unknown): ClientMessage {
  return client.readKnown("message", parseObject(text));
}

/**
 * Reads a message of the server; null for a kind that this version does not know. Throws `TypeError` naming the field
 * and the rule.
 */
export function parseServerMessage(text: unknown): ServerMessage | null {
  return server.read("message", parseObject(text));
}

/**
 * Why a server of the versions `min` to `max` cannot speak with a viewer of `version`, for people to read; null where
 * it can.
 * Rule PV2.
 */
export function protocolRefusal(
  version: number,
  min: number = MIN_PROTOCOL_VERSION,
  max: number = PROTOCOL_VERSION,
): string | null {
  // What is no number at all is older than all of them.
  if (!(version >= min)) return "This page is older than the server. Reload the page.";
  if (version > max) return "This page is newer than the server. The server has to be updated, or the page made older.";
  return null;
}

function parseObject(text: unknown): unknown {
  if (typeof text !== "string") throw new TypeError("message must be text.");
  if (text.length > MAX_SIGNALING_BYTES) throw new TypeError(`message must have at most ${MAX_SIGNALING_BYTES} bytes.`);
  try {
    return fields("message", JSON.parse(text));
  } catch (error) {
    if (error instanceof TypeError) throw error;
    throw new TypeError("message must be JSON.");
  }
}
