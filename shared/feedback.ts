/**
 * Owns what the server tells a viewer about its own stream, in binary on the data channels. Of kinds that a viewer does
 * not know, and of what a newer server adds to the end of one, it takes no notice (PV1 in signaling.ts).
 *
 * `echo` (on the pointer channel, so it may be lost): which picture is the first to show an input. The viewer finds the
 * picture by its RTP time stamp (`VideoFrameCallbackMetadata.rtpTimestamp`) and so knows the time from hand to eye.
 * `pulse` (on the control channel, once a second while frames flow): how the server's stages do.
 * `received` (on the control channel, soon after an ordered event came): how many ordered events have come, so that the
 * viewer can send the others again on another way when it changes.
 * `pointers` (on the pointer channel, so it may be lost): where the other viewers' pointers are, those that changed.
 */

/** How a number of a form is written, little-endian, each in four bytes. */
type Word = "u32" | "f32";

/** The forms after the byte that says their kind, which is their place in this table. */
const forms = {
  echo: {
    /** The RTP time stamp of the picture on this viewer's stream; over the WebSocket the `frame` of its message. */
    rtpTimestamp: "u32",
    /** The highest input sequence of this viewer that the picture shows (IN1 in input.ts). */
    sequence: "u32",
    /** From the arrival of that input at the server to the picture's last packet leaving it, in milliseconds. */
    serverMs: "f32",
  },
  pulse: {
    /** Frames rendered in the last second. */
    renderedFps: "f32",
    /** Medians of the last second in milliseconds. */
    renderMs: "f32",
    encodeMs: "f32",
  },
  received: {
    /** Ordered events that came in (IN2 in input.ts), without a gap, by whatever way. */
    ordered: "u32",
  },
} as const;

type Forms = typeof forms;
type FormOf<Kind extends keyof Forms> = { readonly kind: Kind } & { readonly [Name in keyof Forms[Kind]]: number };

/** Which picture is the first to show an input. */
export type FrameEcho = FormOf<"echo">;
/** How the server's stages do. */
export type StreamPulse = FormOf<"pulse">;
/** How many ordered events have come. */
export type InputReceipt = FormOf<"received">;

/** How a pointer is: not over the picture any more, over it, or pressed. */
export const pointerStates = ["gone", "over", "pressed"] as const;

/** Where a person's pointer is, as parts of the picture's width and height, 0 to 1. */
export type PersonPointer = {
  /** `Person.number` of people.ts. */
  readonly person: number;
  /** From the left, 0 to 1. */
  readonly x: number;
  /** From the top, 0 to 1. */
  readonly y: number;
  /** Whether it has left the picture, is over it, or is pressed. */
  readonly state: (typeof pointerStates)[number];
};

/** Where the pointers are that changed. */
export type PeoplePointers = { readonly kind: "pointers"; readonly pointers: readonly PersonPointer[] };

/** What a viewer is told of its own stream. */
export type Feedback = FrameEcho | StreamPulse | InputReceipt | PeoplePointers;

/** The most pointers in one message; it stays under the size of a packet. */
export const MAX_POINTERS = 64;

const BYTES = 13;
const POINTERS = 3;
const POINTER_BYTES = 9;
const formKinds = Object.keys(forms) as (keyof Forms)[];

/**
 * The binary form, little-endian: kind (0 echo, 1 pulse, 2 received), then three numbers of four bytes; or 3 (pointers),
 * then for each person (u32), x and y (u16, of 65535), state (u8).
 */
export function encodeFeedback(feedback: Feedback): Uint8Array<ArrayBuffer> {
  if (feedback.kind === "pointers") return encodePointers(feedback.pointers);
  const bytes = new Uint8Array(BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, formKinds.indexOf(feedback.kind));
  const values = feedback as Readonly<Record<string, unknown>>;
  for (const [index, [name, word]] of wordsOf(feedback.kind).entries()) {
    const value = Number(values[name]);
    if (word === "u32") view.setUint32(1 + 4 * index, value, true);
    else view.setFloat32(1 + 4 * index, value, true);
  }
  return bytes;
}

/**
 * Reads the binary form; null for a kind that this version does not know. Throws `TypeError` naming the rule that is
 * broken.
 */
export function parseFeedback(bytes: Uint8Array): Feedback | null {
  if (bytes.byteLength === 0) throw new TypeError("feedback must have at least 1 byte.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) === POINTERS) return { kind: "pointers", pointers: parsePointers(view) };
  const kind = formKinds[view.getUint8(0)];
  if (kind === undefined) return null;
  if (bytes.byteLength < BYTES) throw new TypeError(`feedback must have ${BYTES} bytes, not ${bytes.byteLength}.`);
  const values = wordsOf(kind).map(([name, word], index) => {
    const at = 1 + 4 * index;
    return [name, word === "u32" ? view.getUint32(at, true) : view.getFloat32(at, true)] as const;
  });
  return { kind, ...Object.fromEntries(values) } as Feedback;
}

function wordsOf(kind: keyof Forms): readonly (readonly [string, Word])[] {
  return Object.entries(forms[kind]);
}

function encodePointers(pointers: readonly PersonPointer[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(1 + POINTER_BYTES * pointers.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, POINTERS);
  for (const [index, { person, x, y, state }] of pointers.entries()) {
    const at = 1 + POINTER_BYTES * index;
    view.setUint32(at, person, true);
    view.setUint16(at + 4, unitToU16(x), true);
    view.setUint16(at + 6, unitToU16(y), true);
    view.setUint8(at + 8, pointerStates.indexOf(state));
  }
  return bytes;
}

function parsePointers(view: DataView): PersonPointer[] {
  const count = (view.byteLength - 1) / POINTER_BYTES;
  if (!Number.isInteger(count) || count > MAX_POINTERS) {
    throw new TypeError(`feedback.pointers must be at most ${MAX_POINTERS}, of ${POINTER_BYTES} bytes each.`);
  }
  return Array.from({ length: count }, (_, index) => {
    const at = 1 + POINTER_BYTES * index;
    // A newer server may tell pointers apart more finely; all of them are over the picture.
    const state = pointerStates[view.getUint8(at + 8)] ?? "over";
    const [x, y] = [view.getUint16(at + 4, true) / 65535, view.getUint16(at + 6, true) / 65535];
    return { person: view.getUint32(at, true), x, y, state };
  });
}

function unitToU16(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 65535);
}
