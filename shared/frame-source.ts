/**
 * Owns what the server and a program that makes the pictures of a room say to each other on the WebSocket `/frames`: JSON, each
 * message of a `kind`, and, where the program does not share memory with the server, frames as binary messages. The server reads
 * what a program says by these parsers; what the server says is for programs in any language.
 *
 * FS1 The program writes only into slots that it holds: all of them after `welcome`, one less after each `frame`, one more after
 *     each `free`.
 * FS2 `number` of a frame goes up. The newest frame is the one that is shown; of the others none is waited for.
 * FS3 A message that is refused changes nothing; a slot that it names stays with the program.
 */

import { type CanvasEvent, MAX_CANVAS_TITLE } from "./canvas-event.ts";
import type { StreamErrorCode } from "./errors.ts";
import {
  boolean,
  type Fields,
  fields,
  integer,
  number,
  oneOf,
  type Reader,
  text,
  type UnionOf,
  union,
  type Vocabulary,
} from "./schema.ts";

/** The version of this protocol. */
export const FRAMES_PROTOCOL = 1;

/** The longest message of JSON in bytes, and the longest head of a frame in the socket. */
export const MAX_PROGRAM_TEXT: number = 16 * 1024;
export const MAX_FRAME_HEAD: number = 4 * 1024;

/** How many frames a program may have under way. */
export const FRAME_SLOTS = 4;

/** Bytes of a pixel in each format. */
export const bytesOfPixel = { rgba: 4, rgb: 3, gray: 1 } as const;

/** How the pixels of a frame lie: red, green, blue, alpha, which is shown nowhere; the same without alpha; or grey alone. */
export type FrameFormat = keyof typeof bytesOfPixel;
const formats = Object.keys(bytesOfPixel) as FrameFormat[];

/** Whether the first row is the top one, or the bottom one. */
export const rowOrders = ["down", "up"] as const;
export type RowOrder = (typeof rowOrders)[number];

type ProgramFields = {
  readonly boolean: boolean;
  readonly protocol: number;
  readonly title: string;
  readonly cursor: string;
  readonly side: number;
  readonly pixels: number;
  readonly slot: number;
  readonly count: number;
  readonly format: FrameFormat;
  readonly rows: RowOrder;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Milliseconds. */
  readonly span: number;
};

const vocabulary: Vocabulary<ProgramFields> = {
  boolean,
  protocol: integer(0, 65535),
  title: text(MAX_CANVAS_TITLE, /\S/, "must have a letter"),
  cursor: text(64),
  side: integer(16, 8192),
  pixels: integer(16 * 16, 8192 * 8192),
  slot: integer(0, FRAME_SLOTS - 1),
  count: integer(1, 2 ** 52),
  format: oneOf(formats),
  rows: oneOf(rowOrders),
  time: number(0, 1e14),
  span: number(0, 3_600_000),
};

const table = {
  /** The first message. */
  hello: {
    protocol: "protocol",
    title: "title?",
    width: "side?",
    height: "side?",
    maxPixels: "pixels?",
    resizes: "boolean?",
  },
  /** A frame is in a slot, or follows. */
  frame: {
    slot: "slot",
    number: "count",
    width: "side",
    height: "side",
    format: "format?",
    rows: "rows?",
    renderedAt: "time?",
    renderMs: "span?",
    answers: "count?",
  },
  reserve: { width: "side", height: "side" },
  title: { title: "title" },
  cursor: { cursor: "cursor" },
} as const;

/** What a program says. */
export type ProgramMessage = UnionOf<ProgramFields, typeof table, "kind">;
export type ProgramHello = Extract<ProgramMessage, { readonly kind: "hello" }>;
export type ProgramFrame = Extract<ProgramMessage, { readonly kind: "frame" }>;

const { readKnown } = union(vocabulary, table, "kind");
const readMessage: Reader<ProgramMessage> = readKnown;

/** Reads what a program says. Throws `TypeError` naming the field and the rule. */
export function parseProgramMessage(json: string): ProgramMessage {
  if (json.length > MAX_PROGRAM_TEXT) throw new TypeError(`message must be at most ${MAX_PROGRAM_TEXT} characters.`);
  return readMessage("message", parsed("message", json));
}

/** A frame that came in the socket, with its pixels, which lie where they were. */
export type CarriedFrame = { readonly frame: ProgramFrame; readonly pixels: Uint8Array };

const NEWLINE = 10;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Reads a frame in the socket: the message `frame`, a line feed, and its pixels, no more and no fewer. Throws as above. */
export function parseCarriedFrame(bytes: Uint8Array): CarriedFrame {
  const end = bytes.subarray(0, MAX_FRAME_HEAD).indexOf(NEWLINE);
  if (end < 0) throw new TypeError(`message must begin with JSON of at most ${MAX_FRAME_HEAD} bytes and a line feed.`);
  const head: Fields = fields("message", parsed("message", decoded(bytes.subarray(0, end))));
  const frame = readMessage("message", head);
  if (frame.kind !== "frame") throw new TypeError("message.kind must be frame where pixels follow.");
  const pixels = bytes.subarray(end + 1);
  if (pixels.byteLength !== bytesOfFrame(frame)) {
    throw new TypeError(`message must have ${bytesOfFrame(frame)} bytes of pixels, not ${pixels.byteLength}.`);
  }
  return { frame, pixels };
}

/** How many bytes the pixels of a frame take. */
export function bytesOfFrame({
  width,
  height,
  format = "rgba",
}: Pick<ProgramFrame, "width" | "height" | "format">): number {
  return width * height * bytesOfPixel[format];
}

function decoded(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new TypeError("message must be UTF-8 before its line feed.");
  }
}

function parsed(name: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new TypeError(`${name} must be JSON.`);
  }
}

/** Memory that a program on the same machine may write frames into: a file to be mapped. */
export type SharedFrames = {
  readonly path: string;
  /** How long the file is. */
  readonly bytes: number;
  /** What the file begins with, as hexadecimal digits: so a program knows that it is this one. */
  readonly nonce: string;
  /** Slot `i` begins at `slotsAt + i * slotBytes`. */
  readonly slotsAt: number;
  readonly slotBytes: number;
};

/** What the server says to a program. */
export type ToProgram =
  /** The answer to `hello`. Null for the memory where there is none: then frames go in the socket. */
  | {
      readonly kind: "welcome";
      readonly protocol: number;
      readonly slots: number;
      /** How many bytes of a slot there is memory for. */
      readonly capacity: number;
      /** The most pixels of a frame. */
      readonly maxPixels: number;
      readonly maxFps: number;
      readonly memory: SharedFrames | null;
    }
  /** The program holds the slot again. `shown` is false where a newer frame took its place. */
  | { readonly kind: "free"; readonly slot: number; readonly number: number; readonly shown: boolean }
  /** Whether anybody watches. */
  | { readonly kind: "watched"; readonly watched: boolean }
  /** Slots hold so many bytes now; never fewer than before. */
  | { readonly kind: "capacity"; readonly bytes: number }
  /** An input, or another size that is wished for. `number` counts from 1; that of `close`, the last one, is 0. */
  | { readonly kind: "event"; readonly number: number; readonly event: CanvasEvent }
  /** A message was not understood. */
  | { readonly kind: "refused"; readonly message: string }
  /** It is over, and why. */
  | { readonly kind: "error"; readonly code: StreamErrorCode; readonly message: string };
