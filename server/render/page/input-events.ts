/**
 * Owns what an input event looks like to a scene: names and fields of DOM events (Pointer Events level 3, UI Events),
 * in pixels of the picture. Pure; used by the render thread.
 */

import { type KeyInput, modifierBits, type PointerInput, type WheelInput } from "../../../shared/input.ts";
import type { PictureSize } from "../../../shared/video.ts";

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

const withoutBubbling = new Set(["pointerenter", "pointerleave", "mouseenter", "mouseleave", "focus", "blur"]);

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
  return { ...modifierFields(event.modifiers), code, key, location, repeat, isComposing: false, detail: 0 };
}

/** Makes a DOM event that bubbles as its type does. */
export function makeEvent(type: string, fields: EventFields = {}): Event {
  return Object.assign(new Event(type, { bubbles: !withoutBubbling.has(type), cancelable: true }), fields);
}

function modifierFields(modifiers: number): EventFields {
  const held = {
    Shift: (modifiers & modifierBits.shift) !== 0,
    Control: (modifiers & modifierBits.control) !== 0,
    Alt: (modifiers & modifierBits.alt) !== 0,
    Meta: (modifiers & modifierBits.meta) !== 0,
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
