/**
 * Owns what the server tells a viewer about its own stream, in binary on the data channels.
 *
 * `echo` (on the pointer channel, so it may be lost): which picture is the first to show an input. The viewer finds the
 * picture by its RTP time stamp (`VideoFrameCallbackMetadata.rtpTimestamp`) and so knows the time from hand to eye.
 * `pulse` (on the control channel, once a second while frames flow): how the server's stages do.
 * `received` (on the control channel, soon after an ordered event came): how many ordered events have come, so that the
 * viewer can send the others again on another way when it changes.
 * `pointers` (on the pointer channel, so it may be lost): where the other viewers' pointers are, those that changed.
 */

export type FrameEcho = {
  readonly kind: "echo";
  /** The RTP time stamp of the picture on this viewer's stream; over the WebSocket the `frame` of its message. */
  readonly rtpTimestamp: number;
  /** The highest input sequence of this viewer that the picture shows (IN1 in input.ts). */
  readonly sequence: number;
  /** From the arrival of that input at the server to the picture's last packet leaving it, in milliseconds. */
  readonly serverMs: number;
};

export type StreamPulse = {
  readonly kind: "pulse";
  /** Frames rendered in the last second. */
  readonly renderedFps: number;
  /** Medians of the last second in milliseconds. */
  readonly renderMs: number;
  readonly encodeMs: number;
};

export type InputReceipt = {
  readonly kind: "received";
  /** Ordered events that came in (IN2 in input.ts), without a gap, by whatever way. */
  readonly ordered: number;
};

/** How a pointer is: not over the picture any more, over it, or pressed. */
export const pointerStates = ["gone", "over", "pressed"] as const;

/** Where a person's pointer is, as parts of the picture's width and height, 0 to 1. */
export type PersonPointer = {
  /** `Person.number` of people.ts. */
  readonly person: number;
  readonly x: number;
  readonly y: number;
  readonly state: (typeof pointerStates)[number];
};

export type PeoplePointers = { readonly kind: "pointers"; readonly pointers: readonly PersonPointer[] };

export type Feedback = FrameEcho | StreamPulse | InputReceipt | PeoplePointers;

/** The most pointers in one message; it stays under the size of a packet. */
export const MAX_POINTERS = 64;

const BYTES = 13;
const POINTER_BYTES = 9;

/**
 * The binary form, little-endian: kind (0 echo, 1 pulse, 2 received), then three numbers of four bytes; or 3 (pointers),
 * then for each person (u32), x and y (u16, of 65535), state (u8).
 */
export function encodeFeedback(feedback: Feedback): Uint8Array<ArrayBuffer> {
  if (feedback.kind === "pointers") return encodePointers(feedback.pointers);
  const bytes = new Uint8Array(BYTES);
  const view = new DataView(bytes.buffer);
  switch (feedback.kind) {
    case "echo":
      view.setUint32(1, feedback.rtpTimestamp, true);
      view.setUint32(5, feedback.sequence, true);
      view.setFloat32(9, feedback.serverMs, true);
      return bytes;
    case "pulse":
      view.setUint8(0, 1);
      view.setFloat32(1, feedback.renderedFps, true);
      view.setFloat32(5, feedback.renderMs, true);
      view.setFloat32(9, feedback.encodeMs, true);
      return bytes;
    case "received":
      view.setUint8(0, 2);
      view.setUint32(1, feedback.ordered, true);
      return bytes;
  }
}

/** Reads the binary form. Throws `TypeError` naming the rule that is broken. */
export function parseFeedback(bytes: Uint8Array): Feedback {
  if (bytes[0] === 3) return { kind: "pointers", pointers: parsePointers(bytes) };
  if (bytes.byteLength !== BYTES) throw new TypeError(`feedback must have ${BYTES} bytes, not ${bytes.byteLength}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (view.getUint8(0)) {
    case 0:
      return {
        kind: "echo",
        rtpTimestamp: view.getUint32(1, true),
        sequence: view.getUint32(5, true),
        serverMs: view.getFloat32(9, true),
      };
    case 1:
      return {
        kind: "pulse",
        renderedFps: view.getFloat32(1, true),
        renderMs: view.getFloat32(5, true),
        encodeMs: view.getFloat32(9, true),
      };
    case 2:
      return { kind: "received", ordered: view.getUint32(1, true) };
    default:
      throw new TypeError("feedback.kind must be 0, 1, 2 or 3.");
  }
}

function encodePointers(pointers: readonly PersonPointer[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(1 + POINTER_BYTES * pointers.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 3);
  for (const [index, { person, x, y, state }] of pointers.entries()) {
    const at = 1 + POINTER_BYTES * index;
    view.setUint32(at, person, true);
    view.setUint16(at + 4, unitToU16(x), true);
    view.setUint16(at + 6, unitToU16(y), true);
    view.setUint8(at + 8, pointerStates.indexOf(state));
  }
  return bytes;
}

function parsePointers(bytes: Uint8Array): PersonPointer[] {
  const count = (bytes.byteLength - 1) / POINTER_BYTES;
  if (!Number.isInteger(count) || count > MAX_POINTERS) {
    throw new TypeError(`feedback.pointers must be at most ${MAX_POINTERS}, of ${POINTER_BYTES} bytes each.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, index) => {
    const at = 1 + POINTER_BYTES * index;
    const state = pointerStates[view.getUint8(at + 8)];
    if (state === undefined) throw new TypeError("feedback.pointers state must be 0, 1 or 2.");
    const [x, y] = [view.getUint16(at + 4, true) / 65535, view.getUint16(at + 6, true) / 65535];
    return { person: view.getUint32(at, true), x, y, state };
  });
}

function unitToU16(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 65535);
}
