/**
 * Owns the binary messages of the WebSocket: video and feedback to the viewer, input and acknowledgements to the server.
 * Numbers are little-endian. Text messages are those of signaling.ts.
 *
 * To the viewer: a frame is 1, codec, flags, 0, frame (u32), time (f64, milliseconds since the epoch), then the coded
 * picture; feedback is 2, then the form of feedback.ts. Frames belong to the `streaming` message before them.
 * To the server: an acknowledgement is 1, then frame (u32); input is 2, then the form of input.ts. A receipt is 3, then frame
 * (u32): a viewer sends none itself. The server sends a ping (RFC 6455 section 5.5.2) with the frame's number behind each
 * frame; the pong that the browser's network answers with, whatever its page is doing, is the receipt.
 */

import { encodeFeedback, type Feedback, parseFeedback } from "./feedback.ts";
import { encodeInput, type InputMessage, MAX_INPUT_BYTES, parseInput } from "./input.ts";
import { type Milliseconds, milliseconds } from "./time.ts";
import { type StreamCodec, streamCodecs } from "./video.ts";

/** A coded picture on its way over the WebSocket. */
export type SocketFrame = {
  readonly kind: "frame";
  readonly codec: StreamCodec;
  readonly isKeyFrame: boolean;
  /** Grows from frame to frame, not always by one; what acknowledgements and echoes name. */
  readonly frame: number;
  /** When the picture was drawn. */
  readonly time: Milliseconds;
  readonly data: Uint8Array;
};

export type ServerSocketMessage = SocketFrame | { readonly kind: "feedback"; readonly feedback: Feedback };

export type ClientSocketMessage =
  /** The page took the frame. Every frame is acknowledged, in order; one stands for all before it. */
  | { readonly kind: "ack"; readonly frame: number }
  /** The frame reached the viewer's machine. */
  | { readonly kind: "receipt"; readonly frame: number }
  | { readonly kind: "input"; readonly input: InputMessage };

/** The longest binary message to the server in bytes. */
export const MAX_CLIENT_SOCKET_BYTES: number = MAX_INPUT_BYTES + 1;

const FRAME_HEADER_BYTES = 16;

/** The binary form of a frame. Copies the coded picture once; the result is sent to any number of viewers. */
export function encodeSocketFrame(frame: Omit<SocketFrame, "kind">): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + frame.data.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 1);
  view.setUint8(1, streamCodecs.indexOf(frame.codec));
  view.setUint8(2, frame.isKeyFrame ? 1 : 0);
  view.setUint32(4, frame.frame, true);
  view.setFloat64(8, frame.time, true);
  bytes.set(frame.data, FRAME_HEADER_BYTES);
  return bytes;
}

/** A copy of the binary form of a frame under another number. */
export function renamedSocketFrame(form: Uint8Array, frame: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(form);
  new DataView(bytes.buffer).setUint32(4, frame, true);
  return bytes;
}

/** The binary form of feedback on the WebSocket. */
export function encodeSocketFeedback(feedback: Feedback): Uint8Array<ArrayBuffer> {
  const form = encodeFeedback(feedback);
  const bytes = new Uint8Array(1 + form.byteLength);
  bytes[0] = 2;
  bytes.set(form, 1);
  return bytes;
}

/**
 * Reads a binary message of the server; a frame's data refers to `bytes`. Gives null for a kind that this version does
 * not know (PV1 in signaling.ts). Throws `TypeError` naming the rule.
 */
export function parseServerSocketMessage(bytes: Uint8Array): ServerSocketMessage | null {
  if (bytes.byteLength === 0) throw new TypeError("message must have at least 1 byte.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = bytes[0];
  if (kind === 2) {
    const feedback = parseFeedback(bytes.subarray(1));
    return feedback && { kind: "feedback", feedback };
  }
  if (kind !== 1) return null;
  if (bytes.byteLength <= FRAME_HEADER_BYTES) {
    throw new TypeError(`frame must have more than ${FRAME_HEADER_BYTES} bytes, not ${bytes.byteLength}.`);
  }
  const codec = streamCodecs[view.getUint8(1)];
  if (codec === undefined) throw new TypeError("frame.codec must be a known codec.");
  return {
    kind: "frame",
    codec,
    // The other bits are for later versions.
    isKeyFrame: (view.getUint8(2) & 1) === 1,
    frame: view.getUint32(4, true),
    time: milliseconds(view.getFloat64(8, true)),
    data: bytes.subarray(FRAME_HEADER_BYTES),
  };
}

/** Whether a message to the server is an acknowledgement; it may still be malformed. */
export function isAck(bytes: Uint8Array): boolean {
  return bytes[0] === 1;
}

/** Whether a message to the server is a receipt; it may still be malformed. */
export function isReceipt(bytes: Uint8Array): boolean {
  return bytes[0] === 3;
}

/** The binary form of an acknowledgement. */
export function encodeAck(frame: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(5);
  bytes[0] = 1;
  new DataView(bytes.buffer).setUint32(1, frame, true);
  return bytes;
}

/** What a ping says behind the binary form of a frame, so that the pong is its receipt; null for any other message. */
export function pingBehind(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null {
  return bytes[0] === 1 && bytes.byteLength > FRAME_HEADER_BYTES ? new Uint8Array(bytes.subarray(4, 8)) : null;
}

/** The binary form of a receipt, of what a pong says; null where that is none. */
export function receiptOf(pong: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (pong.byteLength !== 4) return null;
  const bytes = new Uint8Array(5);
  bytes[0] = 3;
  bytes.set(pong, 1);
  return bytes;
}

/** The binary form of an input on the WebSocket. */
export function encodeSocketInput(input: InputMessage): Uint8Array<ArrayBuffer> {
  const form = encodeInput(input);
  const bytes = new Uint8Array(1 + form.byteLength);
  bytes[0] = 2;
  bytes.set(form, 1);
  return bytes;
}

/** Reads a binary message of a viewer. Throws `TypeError` naming the field and the rule. */
export function parseClientSocketMessage(data: unknown): ClientSocketMessage {
  if (!(data instanceof Uint8Array)) throw new TypeError("message must be bytes.");
  if (data.byteLength > MAX_CLIENT_SOCKET_BYTES) {
    throw new TypeError(`message must have at most ${MAX_CLIENT_SOCKET_BYTES} bytes, not ${data.byteLength}.`);
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  switch (data[0]) {
    case 1:
      if (data.byteLength !== 5) throw new TypeError(`ack must have 5 bytes, not ${data.byteLength}.`);
      return { kind: "ack", frame: view.getUint32(1, true) };
    case 3:
      if (data.byteLength !== 5) throw new TypeError(`receipt must have 5 bytes, not ${data.byteLength}.`);
      return { kind: "receipt", frame: view.getUint32(1, true) };
    case 2:
      return { kind: "input", input: parseInput(data.subarray(1)) };
    default:
      throw new TypeError("message.kind must be from 1 to 3.");
  }
}
