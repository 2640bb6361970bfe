/**
 * Owns what a viewer's page and the server say to each other over the WebSocket: JSON, one message a frame.
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
 * is the viewer's turn. After `welcome` come `people` and `scene-state`, and again at every change.
 */

import { type ConsoleLine, consoleLevels, MAX_CONSOLE_TEXT } from "./console.ts";
import { type MessageBody, parseMessageBody } from "./custom-message.ts";
import { type StreamErrorCode, streamErrorSentences } from "./errors.ts";
import { type ControlMode, type ControlRequest, controlModes, type Person, type Role, roles } from "./people.ts";
import {
  boolean,
  candidateOf,
  choice,
  codecsOf,
  connectionOf,
  controlRequestOf,
  fieldsOf,
  type IceCandidate,
  type IceServer,
  iceServersOf,
  integer,
  MAX_RAW_NAME,
  parseObject,
  peopleOf,
  pictureOf,
  qualityOf,
  sdpOf,
  shownOf,
  sizeOf,
  stateOf,
  string,
} from "./signaling-fields.ts";
import { preferences, type StreamQuality, type ViewWish } from "./stream-quality.ts";
import { type PictureSize, type VideoCodec, videoCodecs } from "./video.ts";

/** Raised at every change that the other side could misunderstand. */
export const PROTOCOL_VERSION = 2;

export { type IceCandidate, type IceServer, MAX_SIGNALING_BYTES, MAX_STATE_LENGTH } from "./signaling-fields.ts";
export { type Preference, preferences, type StreamQuality, type ViewWish } from "./stream-quality.ts";

/** The labels of the two data channels that a viewer's offer opens. */
export const pointerChannelLabel = "pointer";
export const controlChannelLabel = "control";

export type ClientMessage =
  /** `name` is what the viewer wants to be called, if it has a wish. */
  | { readonly kind: "hello"; readonly protocol: number; readonly name?: string }
  | { readonly kind: "offer"; readonly connection: number; readonly sdp: string }
  | { readonly kind: "candidate"; readonly connection: number; readonly candidate: IceCandidate }
  /** Asks for video over this WebSocket, in one of these codecs; the server chooses. A new one replaces the one before. */
  | { readonly kind: "stream"; readonly connection: number; readonly codecs: readonly VideoCodec[] }
  /** The viewer ends its connection and stays on the socket. */
  | { readonly kind: "disconnect"; readonly connection: number }
  /** The viewer looks away, or looks again: meanwhile no frames are sent on any of its connections. */
  | { readonly kind: "pause"; readonly paused: boolean }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "control"; readonly request: ControlRequest }
  /** How the viewer sees the picture and what it prefers; said at the beginning and at every change. */
  | ({ readonly kind: "view" } & ViewWish)
  /** Of the still that was asked for with `receipts=<still>`, so many bytes have come so far; by WebSocket only. */
  | { readonly kind: "still-received"; readonly still: number; readonly bytes: number }
  /** A message of the page to the scene. */
  | ({ readonly kind: "message" } & MessageBody)
  /** The scene is to take a state that it gave before; JSON text. */
  | { readonly kind: "scene-state"; readonly state: string };

/** What a viewer may say after `hello`. */
export type ViewerMessage = Exclude<ClientMessage, { readonly kind: "hello" }>;

/** `starting`: not up yet; `live`: offers are taken; `restarting`: it fell and comes back; `failed`: it will not. */
export const sceneStates = ["starting", "live", "restarting", "failed"] as const;
export type SceneState = (typeof sceneStates)[number];

export type ServerMessage =
  | {
      readonly kind: "welcome";
      readonly protocol: number;
      readonly viewerId: string;
      readonly title: string;
      readonly size: PictureSize;
      readonly iceServers: readonly IceServer[];
      /** Which of `people` this viewer is. */
      readonly person: number;
      readonly role: Role;
      /** The name of the room under `s/`, where a viewer that comes back should come to; null for the common scene. */
      readonly room: string | null;
      /** Whether names and pointers are passed on between viewers. */
      readonly presence: boolean;
      /** Whether `links` makes links for this viewer. */
      readonly canLink: boolean;
    }
  /** All places are taken; the viewer is let in by itself when it is its turn. `position` counts from 1. */
  | { readonly kind: "queued"; readonly position: number; readonly waiting: number }
  /**
   * Who watches, the viewer itself included; without `presence` nobody else. `holder` has control where it is one person's;
   * null where it is nobody's or everybody's.
   */
  | {
      readonly kind: "people";
      readonly people: readonly Person[];
      readonly total: number;
      readonly mode: ControlMode;
      readonly locked: boolean;
      readonly holder: number | null;
    }
  /**
   * The scene may be about to rest, with a picture that is being drawn: `still/<picture>` may be asked for, and answers when
   * the picture is there or will never be. `rest` follows where it came to be.
   */
  | { readonly kind: "resting"; readonly connection: number; readonly picture: string }
  /**
   * The scene rests: the frame `frame` of this connection (its RTP time stamp, or its `frame` on the WebSocket), and no
   * earlier one, shows the picture `picture`, which `still/<picture>` gives without loss until something moves. Said again,
   * before it is sent, of each frame that shows the same picture.
   */
  | { readonly kind: "rest"; readonly connection: number; readonly frame: number; readonly picture: string }
  /** What is sent on a connection from now on, and why not more; at most twice a second. */
  | ({ readonly kind: "quality"; readonly connection: number } & StreamQuality)
  /** A message of the scene to the page. */
  | ({ readonly kind: "message" } & MessageBody)
  /** The newest state that the scene gave, as JSON text; null where it gives none. */
  | { readonly kind: "scene-state"; readonly state: string | null }
  /** `detail` is a sentence for people: why it restarts, what the scene threw. */
  | { readonly kind: "status"; readonly state: SceneState; readonly detail: string | null }
  | { readonly kind: "answer"; readonly connection: number; readonly sdp: string; readonly codec: VideoCodec }
  | { readonly kind: "candidate"; readonly connection: number; readonly candidate: IceCandidate }
  /** Frames over this WebSocket follow, beginning with a key frame. Echoes name them by `frame`. */
  | { readonly kind: "streaming"; readonly connection: number; readonly codec: VideoCodec }
  /**
   * Twice a second while frames flow over WebRTC: how many were sent on this connection so far. A viewer that gets none of
   * them knows that UDP is dead, long before ICE does.
   */
  | { readonly kind: "sent"; readonly connection: number; readonly frames: number }
  /** The scene was loaded anew under this title. */
  | { readonly kind: "title"; readonly title: string }
  /** The scene threw and goes on; a sentence for people. Null takes it back. */
  | { readonly kind: "notice"; readonly text: string | null }
  /** The scene printed something; to hosts only, and what it printed last before they came. */
  | ({ readonly kind: "console" } & ConsoleLine)
  | { readonly kind: "error"; readonly code: StreamErrorCode; readonly message: string };

/** Reads a message of a viewer. Throws `TypeError` naming the field and the rule. */
export function parseClientMessage(text: unknown): ClientMessage {
  const message = parseObject(text);
  switch (message["kind"]) {
    case "hello":
      return {
        kind: "hello",
        protocol: integer(message, "protocol", 0, 65535),
        ...(message["name"] === undefined ? {} : { name: string(message, "name", MAX_RAW_NAME) }),
      };
    case "offer":
      return { kind: "offer", connection: connectionOf(message), sdp: sdpOf(message) };
    case "candidate":
      return { kind: "candidate", connection: connectionOf(message), candidate: candidateOf(message) };
    case "stream":
      return { kind: "stream", connection: connectionOf(message), codecs: codecsOf(message["codecs"]) };
    case "disconnect":
      return { kind: "disconnect", connection: connectionOf(message) };
    case "pause":
      return { kind: "pause", paused: boolean(message, "paused") };
    case "name":
      return { kind: "name", name: string(message, "name", MAX_RAW_NAME) };
    case "control":
      return { kind: "control", request: controlRequestOf(fieldsOf("message.request", message["request"])) };
    case "view":
      return {
        kind: "view",
        shown: message["shown"] === null ? null : shownOf(message["shown"]),
        preference: choice(message, "preference", preferences),
        maxBitrateBps:
          message["maxBitrateBps"] === null ? null : integer(message, "maxBitrateBps", 100_000, 200_000_000),
      };
    case "still-received":
      return {
        kind: "still-received",
        still: integer(message, "still", 0, 2 ** 31 - 1),
        bytes: integer(message, "bytes", 0, 2 ** 31 - 1),
      };
    case "message":
      return { kind: "message", ...parseMessageBody(message) };
    case "scene-state":
      return { kind: "scene-state", state: stateOf(message) };
    default:
      throw new TypeError(`message.kind must be one of ${clientKinds.join(", ")}.`);
  }
}

/** Reads a message of the server. Throws `TypeError` naming the field and the rule. */
export function parseServerMessage(text: unknown): ServerMessage {
  const message = parseObject(text);
  switch (message["kind"]) {
    case "welcome":
      return {
        kind: "welcome",
        protocol: integer(message, "protocol", 0, 65535),
        viewerId: string(message, "viewerId", 64),
        title: string(message, "title", 256),
        size: sizeOf(message["size"]),
        iceServers: iceServersOf(message["iceServers"]),
        person: integer(message, "person", 1, 2 ** 31 - 1),
        role: choice(message, "role", roles),
        room: message["room"] === null ? null : string(message, "room", 64),
        presence: boolean(message, "presence"),
        canLink: boolean(message, "canLink"),
      };
    case "queued":
      return {
        kind: "queued",
        position: integer(message, "position", 1, 100_000),
        waiting: integer(message, "waiting", 1, 100_000),
      };
    case "people":
      return {
        kind: "people",
        people: peopleOf(message["people"]),
        total: integer(message, "total", 0, 100_000),
        mode: choice(message, "mode", controlModes),
        locked: boolean(message, "locked"),
        holder: message["holder"] === null ? null : integer(message, "holder", 1, 2 ** 31 - 1),
      };
    case "resting":
      return { kind: "resting", connection: connectionOf(message), picture: pictureOf(message) };
    case "rest":
      return {
        kind: "rest",
        connection: connectionOf(message),
        frame: integer(message, "frame", 0, 2 ** 32 - 1),
        picture: pictureOf(message),
      };
    case "quality":
      return { kind: "quality", connection: connectionOf(message), ...qualityOf(message) };
    case "message":
      return { kind: "message", ...parseMessageBody(message) };
    case "scene-state":
      return { kind: "scene-state", state: message["state"] === null ? null : stateOf(message) };
    case "status":
      return {
        kind: "status",
        state: choice(message, "state", sceneStates),
        detail: message["detail"] === null ? null : string(message, "detail", 4096),
      };
    case "answer":
      return {
        kind: "answer",
        connection: connectionOf(message),
        sdp: sdpOf(message),
        codec: choice(message, "codec", videoCodecs),
      };
    case "candidate":
      return { kind: "candidate", connection: connectionOf(message), candidate: candidateOf(message) };
    case "streaming":
      return { kind: "streaming", connection: connectionOf(message), codec: choice(message, "codec", videoCodecs) };
    case "sent":
      return { kind: "sent", connection: connectionOf(message), frames: integer(message, "frames", 0, 2 ** 52) };
    case "title":
      return { kind: "title", title: string(message, "title", 256) };
    case "notice":
      return { kind: "notice", text: message["text"] === null ? null : string(message, "text", 4096) };
    case "console":
      return {
        kind: "console",
        level: choice(message, "level", consoleLevels),
        text: string(message, "text", MAX_CONSOLE_TEXT),
      };
    case "error": {
      const code = string(message, "code", 64);
      if (!(code in streamErrorSentences)) throw new TypeError("message.code must be a known error code.");
      return { kind: "error", code: code as StreamErrorCode, message: string(message, "message", 4096) };
    }
    default:
      throw new TypeError("message.kind must be one that this version knows.");
  }
}

const clientKinds: readonly ClientMessage["kind"][] = [
  "hello",
  "offer",
  "candidate",
  "stream",
  "disconnect",
  "pause",
  "name",
  "control",
  "view",
  "still-received",
  "message",
  "scene-state",
];
