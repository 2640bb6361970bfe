/**
 * Owns the form of the messages that a scene and its viewers make up themselves: JSON, or bytes. On every way they travel
 * as a `MessageBody`; programs see the JSON value or a `Uint8Array`.
 */

/** The longest JSON text of a message in UTF-16 units. */
export const MAX_MESSAGE_JSON: number = 16 * 1024;

/** The most bytes of a message. */
export const MAX_MESSAGE_BYTES: number = 32 * 1024;

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What a program sends and gets. */
export type MessageData = Json | Uint8Array;

/** On the way: the JSON text, or bytes in base64 (RFC 4648 section 4). */
export type MessageBody = { readonly json: string } | { readonly base64: string };

/** Who sends messages to pages: the scene, or the program that runs the server. */
export const messageSources = ["scene", "server"] as const;
/** `"scene"`, or `"server"` for the program that runs the server. */
export type MessageSource = (typeof messageSources)[number];

/** Makes the form for the way. Throws `TypeError` naming the rule. */
export function encodeMessage(data: MessageData): MessageBody {
  if (data instanceof Uint8Array) {
    if (data.byteLength > MAX_MESSAGE_BYTES) {
      throw new TypeError(`data must have at most ${MAX_MESSAGE_BYTES} bytes, not ${data.byteLength}.`);
    }
    return { base64: toBase64(data) };
  }
  const json = jsonOf(data);
  if (json.length > MAX_MESSAGE_JSON) {
    throw new TypeError(`data must have at most ${MAX_MESSAGE_JSON} characters as JSON, not ${json.length}.`);
  }
  return { json };
}

/** Reads the form again. The body was checked by `parseMessageBody`. */
export function decodeMessage(body: MessageBody): MessageData {
  if ("base64" in body) return Uint8Array.from(atob(body.base64), (character) => character.charCodeAt(0));
  return JSON.parse(body.json) as Json;
}

/** Reads `{json}` or `{base64}` of a message. Throws `TypeError` naming the field and the rule. */
export function parseMessageBody(fields: Readonly<Record<string, unknown>>): MessageBody {
  const { json, base64 } = fields;
  if (typeof base64 === "string" && json === undefined) {
    if (base64.length > Math.ceil(MAX_MESSAGE_BYTES / 3) * 4) {
      throw new TypeError(`message.base64 must stand for at most ${MAX_MESSAGE_BYTES} bytes.`);
    }
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)) {
      throw new TypeError("message.base64 must be base64.");
    }
    return { base64 };
  }
  if (typeof json !== "string" || base64 !== undefined) {
    throw new TypeError("message must have either json or base64, as text.");
  }
  if (json.length > MAX_MESSAGE_JSON) {
    throw new TypeError(`message.json must have at most ${MAX_MESSAGE_JSON} characters, not ${json.length}.`);
  }
  requireJson("message.json", json);
  return { json };
}

/** Throws `TypeError` where `text` is not JSON. */
export function requireJson(name: string, text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new TypeError(`${name} must be JSON.`);
  }
}

function jsonOf(data: Json): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(data);
  } catch (error) {
    throw new TypeError(`data must be a JSON value or a Uint8Array: ${(error as Error).message}`);
  }
  if (json === undefined) throw new TypeError("data must be a JSON value or a Uint8Array.");
  return json;
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  // In pieces: an argument list of 32 KiB is too long for some engines.
  for (let at = 0; at < bytes.byteLength; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}
