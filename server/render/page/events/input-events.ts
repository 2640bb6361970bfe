/**
 * Owns what an input event looks like to a scene: names and fields of DOM events (Pointer Events level 3, UI Events),
 * in pixels of the picture. Pure; used by the render thread.
 */

import { type KeyInput, modifierBits, type PointerInput, type WheelInput } from "../../../../shared/input.ts";
import type { PictureSize } from "../../../../shared/video.ts";
import { eventOf } from "./event-classes.ts";

/** The fields that a DOM event gets beside those of `Event`. */
export type EventFields = Readonly<Record<string, unknown>>;

/** A place in pixels of the picture, from the left and from the top. */
export type PixelPoint = { readonly x: number; readonly y: number };

/** The names of the pointer event and, for a mouse, of the mouse event that a page sees, in order. */
export type EventNames = { readonly pointer: readonly string[]; readonly mouse: readonly string[] };

const eventNames = {
  move: { pointer: ["pointermove"], mouse: ["mousemove"] },
  down: { pointer: ["pointerdown"], mouse: ["mousedown"] },
  up: { pointer: ["pointerup"], mouse: ["mouseup"] },
  cancel: { pointer: ["pointercancel", "pointerout", "pointerleave"], mouse: [] },
  enter: { pointer: ["pointerover", "pointerenter"], mouse: ["mouseover", "mouseenter"] },
  leave: { pointer: ["pointerout", "pointerleave"], mouse: ["mouseout", "mouseleave"] },
} as const satisfies Record<PointerInput["phase"], EventNames>;

const withoutBubbling = new Set([
  ...["pointerenter", "pointerleave", "mouseenter", "mouseleave", "focus", "blur", "load", "error"],
]);

/** Which button of `button` changed how; null when none did. */
export function buttonChange(event: PointerInput): "press" | "release" | null {
  if (event.phase === "down") return "press";
  if (event.phase === "up") return "release";
  if (event.phase !== "move" || event.button < 0) return null;
  // A second button of a mouse comes as a move (Pointer Events section 5.3).
  return (event.buttons & bitOfButton(event.button)) === 0 ? "release" : "press";
}

/** The names under which a page hears of `event`. */
export function namesOf(event: PointerInput): EventNames {
  const { pointer } = eventNames[event.phase];
  if (event.pointerType !== "mouse") return { pointer, mouse: [] };
  const change = event.phase === "move" ? buttonChange(event) : null;
  if (change === null) return { pointer, mouse: eventNames[event.phase].mouse };
  return { pointer, mouse: [change === "press" ? "mousedown" : "mouseup"] };
}

/** Where on the picture `x` and `y` (0 to 1) are. */
export function pixelPoint(event: PixelPoint, size: PictureSize): PixelPoint {
  return { x: event.x * size.width, y: event.y * size.height };
}

/** The fields of MouseEvent. */
export function mouseFields(at: PixelPoint, modifiers: number): EventFields {
  return {
    ...modifierFields(modifiers),
    x: at.x,
    y: at.y,
    clientX: at.x,
    clientY: at.y,
    pageX: at.x,
    pageY: at.y,
    offsetX: at.x,
    offsetY: at.y,
    screenX: at.x,
    screenY: at.y,
    movementX: 0,
    movementY: 0,
    button: 0,
    buttons: 0,
    detail: 0,
    relatedTarget: null,
  };
}

/** The fields of PointerEvent; a MouseEvent made from them has a few too many, which does no harm. */
export function pointerFields(event: PointerInput, at: PixelPoint, before: PixelPoint | undefined): EventFields {
  return {
    ...mouseFields(at, event.modifiers),
    movementX: before === undefined ? 0 : at.x - before.x,
    movementY: before === undefined ? 0 : at.y - before.y,
    button: event.button,
    buttons: event.buttons,
    pointerId: event.pointerId,
    pointerType: event.pointerType,
    isPrimary: event.isPrimary,
    pressure: event.pressure,
    tangentialPressure: 0,
    tiltX: event.tiltX,
    tiltY: event.tiltY,
    twist: 0,
    width: 1,
    height: 1,
    getCoalescedEvents: () => [],
    getPredictedEvents: () => [],
  };
}

/** The fields of WheelEvent; the deltas are in pixels (`deltaMode` 0). */
export function wheelFields(event: WheelInput, at: PixelPoint): EventFields {
  const { deltaX, deltaY, buttons } = event;
  return { ...mouseFields(at, event.modifiers), buttons, deltaX, deltaY, deltaZ: 0, deltaMode: 0 };
}

/** The fields of KeyboardEvent. */
export function keyFields(event: KeyInput): EventFields {
  const { code, key, location, repeat } = event;
  const keyCode = keyCodeOf(event);
  const place = { code, key, location, repeat, isComposing: false, detail: 0 };
  return { ...modifierFields(event.modifiers), ...place, keyCode, which: keyCode, charCode: 0 };
}

/** The fields of the KeyboardEvent `keypress`, which keys that write a character fire; null for other keys. */
export function keyPressFields(event: KeyInput): EventFields | null {
  // Windows tells of AltGr as of Control and Alt, and it writes.
  const isCommand = (event.modifiers & (modifierBits.control | modifierBits.meta)) !== 0;
  const isText = [...event.key].length === 1 && (!isCommand || (event.modifiers & modifierBits.altGraph) !== 0);
  if (event.phase !== "down" || !(isText || event.key === "Enter")) return null;
  const charCode = event.key === "Enter" ? 13 : (event.key.codePointAt(0) ?? 0);
  return { ...keyFields(event), keyCode: charCode, charCode, which: charCode };
}

/** A finger, as TouchEvent lists it. */
export type TouchPoint = { readonly pointerId: number; readonly at: PixelPoint; readonly pressure: number };

/** The fields of TouchEvent. `down` are the fingers that are on the picture, `changed` is the one that the event is about. */
export function touchFields(
  modifiers: number,
  target: EventTarget,
  down: readonly TouchPoint[],
  changed: TouchPoint,
): EventFields {
  const touches = touchList(down, target);
  const changedTouches = touchList([changed], target);
  return { ...modifierFields(modifiers), touches, targetTouches: touches, changedTouches, detail: 0 };
}

function touchList(points: readonly TouchPoint[], target: EventTarget): readonly object[] {
  const list = points.map(({ pointerId, at: { x, y }, pressure: force }) => ({
    ...{ identifier: pointerId, target, clientX: x, clientY: y, pageX: x, pageY: y, screenX: x, screenY: y },
    ...{ radiusX: 1, radiusY: 1, rotationAngle: 0, force },
  }));
  return Object.assign(list, { item: (index: number) => list[index] ?? null });
}

/** Makes a DOM event, of the class that a page would, that bubbles as its type does. */
export function makeEvent(type: string, fields: EventFields = {}): Event {
  return eventOf(type, { ...fields, bubbles: !withoutBubbling.has(type), cancelable: true });
}

/** The event of something that failed. As text it is the reason, since loaders reject with it as it is. */
export function makeErrorEvent(error: unknown): Event {
  const message = error instanceof Error ? error.message : String(error);
  return makeEvent("error", { message, error, filename: "", lineno: 0, colno: 0, toString: () => message });
}

/** The numbers that `keyCode` gives to keys that write nothing (UI Events, appendix A). */
const keyCodes: Readonly<Record<string, number>> = {
  ...{ Backspace: 8, Tab: 9, Enter: 13, Shift: 16, Control: 17, Alt: 18, Pause: 19, CapsLock: 20, Escape: 27 },
  ...{ PageUp: 33, PageDown: 34, End: 35, Home: 36, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40 },
  ...{ Insert: 45, Delete: 46, Meta: 91, ContextMenu: 93, NumLock: 144, ScrollLock: 145 },
};
const keyCodesOfPlaces: Readonly<Record<string, number>> = {
  ...{ Space: 32, Semicolon: 186, Equal: 187, Comma: 188, Minus: 189, Period: 190, Slash: 191, Backquote: 192 },
  ...{ BracketLeft: 219, Backslash: 220, BracketRight: 221, Quote: 222, NumpadMultiply: 106, NumpadAdd: 107 },
  ...{ NumpadSubtract: 109, NumpadDecimal: 110, NumpadDivide: 111 },
};

function keyCodeOf({ key, code }: KeyInput): number {
  const named = keyCodes[key] ?? keyCodesOfPlaces[code];
  if (named !== undefined) return named;
  const functionKey = /^F(\d{1,2})$/.exec(key)?.[1];
  if (functionKey !== undefined) return 111 + Number(functionKey);
  const numpad = /^Numpad(\d)$/.exec(code)?.[1];
  if (numpad !== undefined) return 96 + Number(numpad);
  const place = /^(?:Key|Digit)([A-Z0-9])$/.exec(code)?.[1] ?? key;
  return place.length === 1 ? place.toUpperCase().charCodeAt(0) : 0;
}

function modifierFields(modifiers: number): EventFields {
  const held = {
    Shift: (modifiers & modifierBits.shift) !== 0,
    Control: (modifiers & modifierBits.control) !== 0,
    Alt: (modifiers & modifierBits.alt) !== 0,
    Meta: (modifiers & modifierBits.meta) !== 0,
    AltGraph: (modifiers & modifierBits.altGraph) !== 0,
    CapsLock: (modifiers & modifierBits.capsLock) !== 0,
    NumLock: (modifiers & modifierBits.numLock) !== 0,
  };
  return {
    shiftKey: held.Shift,
    ctrlKey: held.Control,
    altKey: held.Alt,
    metaKey: held.Meta,
    getModifierState: (name: string) => held[name as keyof typeof held] ?? false,
  };
}

/** `buttons` gives the right button bit 2 and the middle one bit 4, though `button` counts them 2 and 1. */
function bitOfButton(button: number): number {
  if (button === 1) return 4;
  if (button === 2) return 2;
  return 1 << button;
}
