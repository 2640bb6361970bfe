/**
 * Owns how the input of viewers is told to a program that makes the pictures: in rendercanvas' words (shared/canvas-event.ts). Who
 * steers, and that what a viewer held is let go of when it stops, the pipeline has seen to. Pure; in the render thread.
 *
 * CI1 Fingers beside the first are told as moves of the first, in `touches`: a program that knows one pointer is not confused.
 * CI2 A button that changes while another is held is a press or a release of its own.
 */

import {
  type CanvasEvent,
  type CanvasModifier,
  type CanvasPointerEvent,
  type CanvasPointerType,
  type CanvasTouch,
  canvasModifiers,
} from "../../../shared/canvas-event.ts";
import {
  type DoubleClickInput,
  type InputEvent,
  type KeyInput,
  modifierBits,
  type PointerInput,
} from "../../../shared/input.ts";
import type { Milliseconds } from "../../../shared/time.ts";
import { buttonChange } from "../page/events/input-events.ts";

/** How large the picture is in the pixels in which positions are told. */
export type LogicalSize = { readonly width: number; readonly height: number };

/** Pointers beyond so many are not told apart. */
const MAX_TOUCHES = 16;
const bits = [modifierBits.shift, modifierBits.control, modifierBits.alt, modifierBits.meta];
const types: Readonly<Record<PointerInput["phase"], CanvasPointerType>> = {
  move: "pointer_move",
  down: "pointer_down",
  up: "pointer_up",
  cancel: "pointer_up",
  enter: "pointer_enter",
  leave: "pointer_leave",
};

export class CanvasInput {
  readonly #size: () => LogicalSize;
  /** The pointers that are down. */
  readonly #touches = new Map<number, CanvasTouch>();
  /** Where the first pointer was last. */
  #first = { x: 0, y: 0 };

  /** `size` gives how large the picture is now. */
  constructor(size: () => LogicalSize) {
    this.#size = size;
  }

  /** What the program is told of an input: nothing, or an event or two. `at` is when it came. */
  eventsOf(event: InputEvent, at: Milliseconds): CanvasEvent[] {
    const time_stamp = at / 1000;
    switch (event.kind) {
      case "pointer":
        return [this.#pointer(event, time_stamp)];
      case "double-click":
        return [this.#doubleClick(event, time_stamp)];
      case "wheel": {
        const { deltaX: dx, deltaY: dy, buttons } = event;
        const held = { buttons: buttonsOf(buttons), modifiers: modifiersOf(event.modifiers) };
        return [{ event_type: "wheel", ...this.#place(event), dx, dy, ...held, time_stamp }];
      }
      case "key":
        return keyEvents(event, time_stamp);
      case "release":
        return [];
    }
  }

  #pointer(event: PointerInput, time_stamp: number): CanvasPointerEvent {
    const place = this.#place(event);
    this.#note(event, place);
    if (event.isPrimary) this.#first = place;
    const change = buttonChange(event);
    const isBeside = !event.isPrimary && event.pointerType === "touch";
    const event_type = isBeside ? "pointer_move" : typeOf(event, change);
    const button = isBeside || change === null ? 0 : buttonOf(event.button);
    return {
      event_type,
      ...(isBeside ? this.#first : place),
      button,
      buttons: buttonsOf(event.buttons),
      modifiers: modifiersOf(event.modifiers),
      ntouches: this.#touches.size,
      touches: Object.fromEntries(this.#touches),
      time_stamp,
    };
  }

  #doubleClick({ button, modifiers, ...event }: DoubleClickInput, time_stamp: number): CanvasPointerEvent {
    return {
      event_type: "double_click",
      ...this.#place(event),
      button: buttonOf(button),
      buttons: [],
      modifiers: modifiersOf(modifiers),
      ntouches: 0,
      touches: {},
      time_stamp,
    };
  }

  #note({ phase, pointerId, buttons, pressure }: PointerInput, place: { x: number; y: number }): void {
    const isDown = buttons !== 0 && phase !== "up" && phase !== "cancel";
    if (!isDown) this.#touches.delete(pointerId);
    else if (this.#touches.has(pointerId) || (phase === "down" && this.#touches.size < MAX_TOUCHES)) {
      this.#touches.set(pointerId, { ...place, pressure });
    }
  }

  #place({ x, y }: { readonly x: number; readonly y: number }): { x: number; y: number } {
    const { width, height } = this.#size();
    return { x: rounded(x * width), y: rounded(y * height) };
  }
}

/** CI2 */
function typeOf({ phase }: PointerInput, change: ReturnType<typeof buttonChange>): CanvasPointerType {
  if (phase !== "move" || change === null) return types[phase];
  return change === "press" ? "pointer_down" : "pointer_up";
}

function keyEvents({ phase, key, modifiers: held }: KeyInput, time_stamp: number): CanvasEvent[] {
  const modifiers = modifiersOf(held);
  const event: CanvasEvent = { event_type: phase === "down" ? "key_down" : "key_up", key, modifiers, time_stamp };
  const types = phase === "down" && [...key].length === 1 && (held & (modifierBits.control | modifierBits.meta)) === 0;
  return types ? [event, { event_type: "char", data: key, char_str: key, modifiers, time_stamp }] : [event];
}

/** From 0 left, 1 middle, 2 right to 1 left, 2 right, 3 middle; -1 is no button. */
function buttonOf(button: number): number {
  return button === 1 ? 3 : button === 2 ? 2 : button + 1;
}

/** The bits stand in the order left, right, middle. */
function buttonsOf(held: number): number[] {
  return Array.from({ length: 16 }, (_, bit) => bit).flatMap((bit) => ((held >> bit) & 1 ? [bit + 1] : []));
}

function modifiersOf(held: number): CanvasModifier[] {
  return canvasModifiers.filter((_, index) => (held & (bits[index] ?? 0)) !== 0);
}

/** To a hundredth of a pixel. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
