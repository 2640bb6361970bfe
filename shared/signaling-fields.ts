/** Owns how the fields of signalling messages are read. Each function throws `TypeError` naming the field and the rule. */

import { requireJson } from "./custom-message.ts";
import { type ControlRequest, controlModes, MAX_PEOPLE_TOLD, type Person, roles } from "./people.ts";
import type { StreamQuality } from "./stream-quality.ts";
import { type PictureSize, type VideoCodec, videoCodecs } from "./video.ts";

/** The longest signalling message in bytes, both ways. A longer one closes the socket (RFC 6455 code 1009). */
export const MAX_SIGNALING_BYTES: number = 64 * 1024;

/** An ICE candidate as `RTCIceCandidate.toJSON()` gives it. */
export type IceCandidate = {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
};

/** An ICE server as `RTCConfiguration.iceServers` takes it. */
export type IceServer = { readonly urls: string; readonly username?: string; readonly credential?: string };

/** The longest JSON text of a scene's state in UTF-16 units. */
export const MAX_STATE_LENGTH: number = 16 * 1024;

/** Names are cleaned and cut later (`cleanName`); longer than this is no name. */
export const MAX_RAW_NAME = 200;

export type Fields = Readonly<Record<string, unknown>>;

export function parseObject(text: unknown): Fields {
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

export function fieldsOf(name: string, value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${name} must be an object.`);
  }
  return value as Fields;
}

export function integer(fields: Fields, name: string, least: number, most: number): number {
  const value = fields[name];
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    throw new TypeError(`message.${name} must be a whole number from ${least} to ${most}.`);
  }
  return value;
}

export function string(fields: Fields, name: string, longest: number): string {
  const value = fields[name];
  if (typeof value !== "string" || value.length > longest) {
    throw new TypeError(`message.${name} must be text of at most ${longest} characters.`);
  }
  return value;
}

export function boolean(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value !== "boolean") throw new TypeError(`message.${name} must be true or false.`);
  return value;
}

export function choice<Value extends string>(fields: Fields, name: string, values: readonly Value[]): Value {
  const value = values.find((candidate) => candidate === fields[name]);
  if (value === undefined) throw new TypeError(`message.${name} must be one of ${values.join(", ")}.`);
  return value;
}

export function connectionOf(message: Fields): number {
  return integer(message, "connection", 0, 2 ** 31 - 1);
}

export function sdpOf(message: Fields): string {
  const sdp = string(message, "sdp", MAX_SIGNALING_BYTES);
  if (!sdp.startsWith("v=0")) throw new TypeError("message.sdp must be a session description that starts with v=0.");
  return sdp;
}

export function candidateOf(message: Fields): IceCandidate {
  const fields = fieldsOf("message.candidate", message["candidate"]);
  return {
    candidate: string(fields, "candidate", 1024),
    sdpMid: fields["sdpMid"] == null ? null : string(fields, "sdpMid", 16),
    sdpMLineIndex: fields["sdpMLineIndex"] == null ? null : integer(fields, "sdpMLineIndex", 0, 255),
  };
}

export function codecsOf(value: unknown): VideoCodec[] {
  const codecs = Array.isArray(value) ? videoCodecs.filter((codec) => value.includes(codec)) : [];
  if (codecs.length === 0) throw new TypeError(`message.codecs must list some of ${videoCodecs.join(", ")}.`);
  return codecs;
}

export function stateOf(message: Fields): string {
  const state = string(message, "state", MAX_STATE_LENGTH);
  requireJson("message.state", state);
  return state;
}

export function controlRequestOf(request: Fields): ControlRequest {
  const action = request["action"];
  switch (action) {
    case "ask":
    case "withdraw":
    case "release":
    case "take":
      return { action };
    case "grant":
    case "refuse":
    case "kick":
      return { action, person: integer(request, "person", 1, 2 ** 31 - 1) };
    case "lock":
      return { action, locked: boolean(request, "locked") };
    case "mode":
      return { action, mode: choice(request, "mode", controlModes) };
    default:
      throw new TypeError(
        "message.request.action must be ask, withdraw, release, take, grant, refuse, kick, lock or mode.",
      );
  }
}

export function peopleOf(value: unknown): Person[] {
  if (!Array.isArray(value) || value.length > MAX_PEOPLE_TOLD) {
    throw new TypeError(`message.people must be a list of at most ${MAX_PEOPLE_TOLD}.`);
  }
  return value.map((item) => {
    const fields = fieldsOf("message.people item", item);
    return {
      number: integer(fields, "number", 1, 2 ** 31 - 1),
      name: string(fields, "name", MAX_RAW_NAME),
      color: colorOf(fields),
      role: choice(fields, "role", roles),
      hasControl: boolean(fields, "hasControl"),
      isAsking: boolean(fields, "isAsking"),
      isAway: boolean(fields, "isAway"),
    };
  });
}

function colorOf(fields: Fields): string {
  const color = string(fields, "color", 7);
  if (!/^#[0-9a-f]{6}$/.test(color)) throw new TypeError("message.color must be a colour like #3fcf9b.");
  return color;
}

export function sizeOf(value: unknown): PictureSize {
  const fields = fieldsOf("message.size", value);
  return { width: integer(fields, "width", 16, 8192), height: integer(fields, "height", 16, 8192) };
}

export function iceServersOf(value: unknown): IceServer[] {
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

/** A size on a screen: any whole numbers, as nobody draws in it. */
export function shownOf(value: unknown): PictureSize {
  const fields = fieldsOf("message.shown", value);
  return { width: integer(fields, "width", 1, 65535), height: integer(fields, "height", 1, 65535) };
}

export function pictureOf(message: Fields): string {
  const picture = string(message, "picture", 64);
  if (!/^[\w-]+$/.test(picture)) throw new TypeError("message.picture must be letters, digits, _ and -.");
  return picture;
}

export function qualityOf(message: Fields): StreamQuality {
  return {
    size: sizeOf(message["size"]),
    maxFps: number(message, "maxFps", 0, 240),
    bitrateBps: number(message, "bitrateBps", 0, 1e9),
    estimateBps: message["estimateBps"] === null ? null : number(message, "estimateBps", 0, 1e12),
    roundTripMs: message["roundTripMs"] === null ? null : number(message, "roundTripMs", 0, 1e6),
    loss: number(message, "loss", 0, 1),
  };
}

function number(fields: Fields, name: string, least: number, most: number): number {
  const value = fields[name];
  if (typeof value !== "number" || !(value >= least && value <= most)) {
    throw new TypeError(`message.${name} must be a number from ${least} to ${most}.`);
  }
  return value;
}
