/**
 * Owns what a hand does on the picture, and the binary form in which it travels to the scene.
 *
 * A viewer sends its events over two data channels, pointer moves on an unordered, unreliable one, all else on an
 * ordered, reliable one; or all of them over its WebSocket or by HTTP, which are ordered. Rules that the ends keep:
 *
 * IN1 `sequence` counts every event of a viewer from 1 and never goes back.
 * IN2 `ordered` is the number of ordered events that the viewer sent before this one. A move belongs to the gap between
 *     two ordered events: a receiver drops a move whose gap is over, and holds one whose gap has not begun.
 * IN3 within a gap the move of a pointer with the highest sequence wins.
 * IN4 the viewer repeats the last move of each pointer in a gap on the ordered channel, so no last position is lost.
 *
 * IN5 the server tells how many ordered events have come (`received` in feedback.ts). When the viewer changes its way
 *     it sends those again that have not; the server drops what it has by `ordered`, and holds what comes too early for
 *     a short while. So none is lost, doubled or turned around.
 * IN6 what the server has not told to have after 20 and 60 ms the viewer also sends on the unreliable channel. There it does
 *     not wait for a lost packet before it to be sent again, which takes 400 ms and more where little else is sent
 *     (RFC 9260 section 6.3).
 *
 * A move is a pointer event of phase "move" in which no button changed; all else is an ordered event. Both counts run on
 * over changes of the way and begin anew after a `welcome` and whenever the status leaves `live`.
 */

/** Bits of `modifiers`: the keys that are held, and the locks that are on. */
export const modifierBits = {
  shift: 1,
  control: 2,
  alt: 4,
  meta: 8,
  altGraph: 16,
  capsLock: 32,
  numLock: 64,
} as const;

const MAX_MODIFIERS = 127;

export const pointerPhases = ["move", "down", "up", "cancel", "enter", "leave"] as const;
export const pointerTypes = ["mouse", "pen", "touch"] as const;
export const keyPhases = ["down", "up"] as const;

/**
 * A pointer did something, as in Pointer Events level 3. `x` and `y` run from 0 (left, top) to 1 (right, bottom) of the
 * picture and may lie outside of it, from -16 to 16, while a button is held.
 */
export type PointerInput = {
  readonly kind: "pointer";
  readonly phase: (typeof pointerPhases)[number];
  readonly pointerId: number;
  readonly pointerType: (typeof pointerTypes)[number];
  readonly isPrimary: boolean;
  /** Whether this press has wandered further than a tap may, by the measure of the viewer's page. False without a press. */
  readonly isDrag: boolean;
  readonly x: number;
  readonly y: number;
  /** The button that changed, -1 if none; 0 left, 1 middle, 2 right, up to 15. */
  readonly button: number;
  /** The buttons that are held, a bit each. */
  readonly buttons: number;
  readonly modifiers: number;
  /** 0 to 1. */
  readonly pressure: number;
  /** -90 to 90 degrees. */
  readonly tiltX: number;
  readonly tiltY: number;
};

/** The wheel turned; `deltaX` and `deltaY` in CSS pixels, from -10000 to 10000. */
export type WheelInput = {
  readonly kind: "wheel";
  readonly x: number;
  readonly y: number;
  readonly deltaX: number;
  readonly deltaY: number;
  readonly buttons: number;
  readonly modifiers: number;
};

/** A key went down or up; `code` and `key` as in UI Events, at most 32 bytes of UTF-8 each. */
export type KeyInput = {
  readonly kind: "key";
  readonly phase: (typeof keyPhases)[number];
  readonly code: string;
  readonly key: string;
  /** 0 standard, 1 left, 2 right, 3 number pad. */
  readonly location: number;
  readonly repeat: boolean;
  readonly modifiers: number;
};

/** A double click by the browser's own rules of time and distance. */
export type DoubleClickInput = {
  readonly kind: "double-click";
  readonly x: number;
  readonly y: number;
  readonly button: number;
  readonly modifiers: number;
};

/** The page lost focus or input: every button and key that the viewer holds is let go. */
export type ReleaseInput = { readonly kind: "release" };

export type InputEvent = PointerInput | WheelInput | KeyInput | DoubleClickInput | ReleaseInput;

/** An event with its place among the others of its viewer (IN1, IN2). */
export type InputMessage = { readonly sequence: number; readonly ordered: number; readonly event: InputEvent };

/** The largest binary form of an event in bytes. A longer message is refused before it is read. */
export const MAX_INPUT_BYTES = 96;

const MAX_TEXT_BYTES = 32;
const HEADER_BYTES = 9;
const kinds = ["pointer", "wheel", "key", "double-click", "release"] as const;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** The binary form of an event: one byte of kind, `sequence`, `ordered`, then the fields; numbers little-endian. */
export function encodeInput(message: InputMessage): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(MAX_INPUT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, kinds.indexOf(message.event.kind));
  view.setUint32(1, message.sequence, true);
  view.setUint32(5, message.ordered, true);
  return bytes.slice(0, HEADER_BYTES + writeEvent(message.event, bytes, view));
}

function writeEvent(event: InputEvent, bytes: Uint8Array, view: DataView): number {
  const at = HEADER_BYTES;
  switch (event.kind) {
    case "pointer":
      view.setUint8(at, pointerPhases.indexOf(event.phase));
      view.setInt32(at + 1, event.pointerId, true);
      view.setUint8(at + 5, pointerTypes.indexOf(event.pointerType));
      view.setUint8(at + 6, (event.isPrimary ? 1 : 0) | (event.isDrag ? 2 : 0));
      view.setFloat32(at + 7, event.x, true);
      view.setFloat32(at + 11, event.y, true);
      view.setInt8(at + 15, event.button);
      view.setUint16(at + 16, event.buttons, true);
      view.setUint8(at + 18, event.modifiers);
      view.setFloat32(at + 19, event.pressure, true);
      view.setInt8(at + 23, event.tiltX);
      view.setInt8(at + 24, event.tiltY);
      return 25;
    case "wheel":
      view.setFloat32(at, event.x, true);
      view.setFloat32(at + 4, event.y, true);
      view.setFloat32(at + 8, event.deltaX, true);
      view.setFloat32(at + 12, event.deltaY, true);
      view.setUint16(at + 16, event.buttons, true);
      view.setUint8(at + 18, event.modifiers);
      return 19;
    case "key": {
      const code = encoder.encode(event.code).subarray(0, MAX_TEXT_BYTES);
      const key = encoder.encode(event.key).subarray(0, MAX_TEXT_BYTES);
      view.setUint8(at, keyPhases.indexOf(event.phase));
      view.setUint8(at + 1, event.location);
      view.setUint8(at + 2, event.repeat ? 1 : 0);
      view.setUint8(at + 3, event.modifiers);
      view.setUint8(at + 4, code.length);
      view.setUint8(at + 5, key.length);
      bytes.set(code, at + 6);
      bytes.set(key, at + 6 + code.length);
      return 6 + code.length + key.length;
    }
    case "double-click":
      view.setFloat32(at, event.x, true);
      view.setFloat32(at + 4, event.y, true);
      view.setInt8(at + 8, event.button);
      view.setUint8(at + 9, event.modifiers);
      return 10;
    case "release":
      return 0;
  }
}

/**
 * Reads an event that came from the network. Checks size, kind, every field and its range.
 * Throws `TypeError` naming the field and the rule; the caller changes nothing then.
 */
export function parseInput(data: unknown): InputMessage {
  if (!(data instanceof Uint8Array)) throw new TypeError("input must be bytes.");
  if (data.byteLength < HEADER_BYTES || data.byteLength > MAX_INPUT_BYTES) {
    throw new TypeError(`input must have ${HEADER_BYTES} to ${MAX_INPUT_BYTES} bytes, not ${data.byteLength}.`);
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const kind = oneOf("kind", kinds, view.getUint8(0));
  return { sequence: view.getUint32(1, true), ordered: view.getUint32(5, true), event: readEvent(kind, data, view) };
}

function readEvent(kind: (typeof kinds)[number], bytes: Uint8Array, view: DataView): InputEvent {
  const at = HEADER_BYTES;
  const length = view.byteLength - at;
  switch (kind) {
    case "pointer":
      exactLength(kind, length, 25);
      return {
        kind,
        phase: oneOf("pointer.phase", pointerPhases, view.getUint8(at)),
        pointerId: view.getInt32(at + 1, true),
        pointerType: oneOf("pointer.pointerType", pointerTypes, view.getUint8(at + 5)),
        isPrimary: (inRange("pointer.flags", view.getUint8(at + 6), 0, 3) & 1) === 1,
        isDrag: (view.getUint8(at + 6) & 2) === 2,
        x: inRange("pointer.x", view.getFloat32(at + 7, true), -16, 16),
        y: inRange("pointer.y", view.getFloat32(at + 11, true), -16, 16),
        button: inRange("pointer.button", view.getInt8(at + 15), -1, 15),
        buttons: view.getUint16(at + 16, true),
        modifiers: inRange("pointer.modifiers", view.getUint8(at + 18), 0, MAX_MODIFIERS),
        pressure: inRange("pointer.pressure", view.getFloat32(at + 19, true), 0, 1),
        tiltX: inRange("pointer.tiltX", view.getInt8(at + 23), -90, 90),
        tiltY: inRange("pointer.tiltY", view.getInt8(at + 24), -90, 90),
      };
    case "wheel":
      exactLength(kind, length, 19);
      return {
        kind,
        x: inRange("wheel.x", view.getFloat32(at, true), -16, 16),
        y: inRange("wheel.y", view.getFloat32(at + 4, true), -16, 16),
        deltaX: inRange("wheel.deltaX", view.getFloat32(at + 8, true), -10_000, 10_000),
        deltaY: inRange("wheel.deltaY", view.getFloat32(at + 12, true), -10_000, 10_000),
        buttons: view.getUint16(at + 16, true),
        modifiers: inRange("wheel.modifiers", view.getUint8(at + 18), 0, MAX_MODIFIERS),
      };
    case "key":
      return readKey(bytes, view);
    case "double-click":
      exactLength(kind, length, 10);
      return {
        kind,
        x: inRange("double-click.x", view.getFloat32(at, true), -16, 16),
        y: inRange("double-click.y", view.getFloat32(at + 4, true), -16, 16),
        button: inRange("double-click.button", view.getInt8(at + 8), 0, 15),
        modifiers: inRange("double-click.modifiers", view.getUint8(at + 9), 0, MAX_MODIFIERS),
      };
    case "release":
      exactLength(kind, length, 0);
      return { kind };
  }
}

function readKey(bytes: Uint8Array, view: DataView): KeyInput {
  const at = HEADER_BYTES;
  if (view.byteLength < at + 6) throw new TypeError("key must have 6 or more bytes.");
  const codeBytes = inRange("key.code length", view.getUint8(at + 4), 0, MAX_TEXT_BYTES);
  const keyBytes = inRange("key.key length", view.getUint8(at + 5), 0, MAX_TEXT_BYTES);
  exactLength("key", view.byteLength - at, 6 + codeBytes + keyBytes);
  return {
    kind: "key",
    phase: oneOf("key.phase", keyPhases, view.getUint8(at)),
    location: inRange("key.location", view.getUint8(at + 1), 0, 3),
    repeat: flag("key.repeat", view.getUint8(at + 2)),
    modifiers: inRange("key.modifiers", view.getUint8(at + 3), 0, MAX_MODIFIERS),
    code: text("key.code", bytes.subarray(at + 6, at + 6 + codeBytes)),
    key: text("key.key", bytes.subarray(at + 6 + codeBytes, at + 6 + codeBytes + keyBytes)),
  };
}

function text(field: string, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new TypeError(`${field} must be UTF-8.`);
  }
}

function oneOf<Value>(field: string, values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new TypeError(`${field} must be from 0 to ${values.length - 1}, not ${index}.`);
  return value;
}

function flag(field: string, value: number): boolean {
  if (value > 1) throw new TypeError(`${field} must be 0 or 1, not ${value}.`);
  return value === 1;
}

function inRange(field: string, value: number, min: number, max: number): number {
  if (!(value >= min && value <= max)) {
    throw new TypeError(`${field} must be a number from ${min} to ${max}, not ${value}.`);
  }
  return value;
}

function exactLength(field: string, length: number, expected: number): void {
  if (length !== expected) throw new TypeError(`${field} must have ${expected} bytes after the header, not ${length}.`);
}
