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
 */

import { type StreamErrorCode, streamErrorSentences } from "./errors.ts";
import { type PictureSize, type VideoCodec, videoCodecs } from "./video.ts";

/** Raised at every change that the other side could misunderstand. */
export const PROTOCOL_VERSION = 1;

/** The longest signalling message in bytes, both ways. A longer one closes the socket (RFC 6455 code 1009). */
export const MAX_SIGNALING_BYTES: number = 64 * 1024;

/** The labels of the two data channels that a viewer's offer opens. */
export const pointerChannelLabel = "pointer";
export const controlChannelLabel = "control";

/** An ICE candidate as `RTCIceCandidate.toJSON()` gives it. */
export type IceCandidate = {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
};

/** An ICE server as `RTCConfiguration.iceServers` takes it. */
export type IceServer = { readonly urls: string; readonly username?: string; readonly credential?: string };

export type ClientMessage =
  | { readonly kind: "hello"; readonly protocol: number }
  | { readonly kind: "offer"; readonly connection: number; readonly sdp: string }
  | { readonly kind: "candidate"; readonly connection: number; readonly candidate: IceCandidate }
  /** Asks for video over this WebSocket, in one of these codecs; the server chooses. A new one replaces the one before. */
  | { readonly kind: "stream"; readonly connection: number; readonly codecs: readonly VideoCodec[] }
  /** The viewer ends its connection and stays on the socket. */
  | { readonly kind: "disconnect"; readonly connection: number };

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
    }
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
  | { readonly kind: "error"; readonly code: StreamErrorCode; readonly message: string };

/** Reads a message of a viewer. Throws `TypeError` naming the field and the rule. */
export function parseClientMessage(text: unknown): ClientMessage {
  const message = parseObject(text);
  switch (message["kind"]) {
    case "hello":
      return { kind: "hello", protocol: integer(message, "protocol", 0, 65535) };
    case "offer":
      return { kind: "offer", connection: connectionOf(message), sdp: sdpOf(message) };
    case "candidate":
      return { kind: "candidate", connection: connectionOf(message), candidate: candidateOf(message) };
    case "stream":
      return { kind: "stream", connection: connectionOf(message), codecs: codecsOf(message["codecs"]) };
    case "disconnect":
      return { kind: "disconnect", connection: connectionOf(message) };
    default:
      throw new TypeError("message.kind must be hello, offer, candidate, stream or disconnect.");
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
      };
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
    case "error": {
      const code = string(message, "code", 64);
      if (!(code in streamErrorSentences)) throw new TypeError("message.code must be a known error code.");
      return { kind: "error", code: code as StreamErrorCode, message: string(message, "message", 4096) };
    }
    default:
      throw new TypeError(
        "message.kind must be welcome, status, answer, candidate, streaming, sent, title, notice or error.",
      );
  }
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(text: unknown): Fields {
  if (typeof text !== "string") throw new TypeError("message must be text.");
  if (text.length > MAX_SIGNALING_BYTES) throw new TypeError(`message must have at most ${MAX_SIGNALING_BYTES} bytes.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TypeError("message must be JSON.");
  }
  return fieldsOf("message", value);
}

function fieldsOf(name: string, value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${name} must be an object.`);
  }
  return value as Fields;
}

function integer(fields: Fields, name: string, least: number, most: number): number {
  const value = fields[name];
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    throw new TypeError(`message.${name} must be a whole number from ${least} to ${most}.`);
  }
  return value;
}

function string(fields: Fields, name: string, longest: number): string {
  const value = fields[name];
  if (typeof value !== "string" || value.length > longest) {
    throw new TypeError(`message.${name} must be text of at most ${longest} characters.`);
  }
  return value;
}

function choice<Value extends string>(fields: Fields, name: string, values: readonly Value[]): Value {
  const value = values.find((candidate) => candidate === fields[name]);
  if (value === undefined) throw new TypeError(`message.${name} must be one of ${values.join(", ")}.`);
  return value;
}

function connectionOf(message: Fields): number {
  return integer(message, "connection", 0, 2 ** 31 - 1);
}

function sdpOf(message: Fields): string {
  const sdp = string(message, "sdp", MAX_SIGNALING_BYTES);
  if (!sdp.startsWith("v=0")) throw new TypeError("message.sdp must be a session description that starts with v=0.");
  return sdp;
}

function candidateOf(message: Fields): IceCandidate {
  const fields = fieldsOf("message.candidate", message["candidate"]);
  return {
    candidate: string(fields, "candidate", 1024),
    sdpMid: fields["sdpMid"] == null ? null : string(fields, "sdpMid", 16),
    sdpMLineIndex: fields["sdpMLineIndex"] == null ? null : integer(fields, "sdpMLineIndex", 0, 255),
  };
}

function codecsOf(value: unknown): VideoCodec[] {
  const codecs = Array.isArray(value) ? videoCodecs.filter((codec) => value.includes(codec)) : [];
  if (codecs.length === 0) throw new TypeError(`message.codecs must list some of ${videoCodecs.join(", ")}.`);
  return codecs;
}

function sizeOf(value: unknown): PictureSize {
  const fields = fieldsOf("message.size", value);
  return { width: integer(fields, "width", 16, 8192), height: integer(fields, "height", 16, 8192) };
}

function iceServersOf(value: unknown): IceServer[] {
  if (!Array.isArray(value) || value.length > 16) {
    throw new TypeError("message.iceServers must be a list of at most 16.");
  }
  return value.map((item) => {
    const fields = fieldsOf("message.iceServers item", item);
    return {
      urls: string(fields, "urls", 512),
      ...(fields["username"] === undefined ? {} : { username: string(fields, "username", 512) }),
      ...(fields["credential"] === undefined ? {} : { credential: string(fields, "credential", 512) }),
    };
  });
}
