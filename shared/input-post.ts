/**
 * Owns the body in which input travels by HTTP, where there is no WebSocket: one or more client messages of
 * socket-message.ts, in their order, each after one byte with its length.
 */

import { MAX_CLIENT_SOCKET_BYTES } from "./socket-message.ts";

/** The longest body in bytes. */
export const MAX_INPUT_POST_BYTES: number = 64 * 1024;

/** The most messages in one body. */
const MAX_INPUT_POST_MESSAGES = 512;

/**
 * Takes a body apart; the messages refer to it and are not looked into. Throws `TypeError` naming the rule that is broken.
 */
export function parseInputPost(data: unknown): Uint8Array[] {
  if (!(data instanceof Uint8Array) || data.byteLength === 0) {
    throw new TypeError("body must have at least one message, each after a byte with its length.");
  }
  if (data.byteLength > MAX_INPUT_POST_BYTES) {
    throw new TypeError(`body must have at most ${MAX_INPUT_POST_BYTES} bytes, not ${data.byteLength}.`);
  }
  const messages: Uint8Array[] = [];
  for (let at = 0; at < data.byteLength; ) {
    const length = data[at] ?? 0;
    const left = data.byteLength - at - 1;
    if (length === 0 || length > MAX_CLIENT_SOCKET_BYTES) {
      throw new TypeError(`message length must be from 1 to ${MAX_CLIENT_SOCKET_BYTES}, not ${length}.`);
    }
    if (length > left) throw new TypeError(`message length must be at most what is left, ${left}, not ${length}.`);
    messages.push(data.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  if (messages.length > MAX_INPUT_POST_MESSAGES) {
    throw new TypeError(`body must have at most ${MAX_INPUT_POST_MESSAGES} messages, not ${messages.length}.`);
  }
  return messages;
}
