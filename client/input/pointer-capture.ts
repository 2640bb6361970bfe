/**
 * Owns mouse, pen and touch over the picture: which DOM event becomes which pointer input.
 *
 * A pointer hovers while it is inside the picture and is held from its first button to its last; entering and leaving
 * mean the picture, not its element, which is larger where the picture is letterboxed.
 */

import type { PointerInput } from "../../shared/input.ts";
import { clampToPicture, clampWhileHeld, isInsidePicture, type PicturePoint } from "../picture/picture-rectangle.ts";
import type { InputSink } from "./input-sender.ts";
import { modifiersOf } from "./modifiers.ts";

export type PointerCaptureOptions = {
  readonly element: HTMLElement;
  /** The point in the picture under a position of the viewport; null where there is none. */
  readonly pointAt: (clientX: number, clientY: number) => PicturePoint | null;
  readonly sink: InputSink;
};

/** In CSS pixels of the viewport, whatever the scene's picture measures. */
type Place = { readonly x: number; readonly y: number };
type LastMove = Place & { readonly timeMs: number };
/** `last` is where it was in the picture when that was known last. */
type Press = { buttons: number; readonly start: Place; isDrag: boolean; last: PicturePoint };

/** Who wanders further than this from where it was pressed, in CSS pixels, drags and does not tap. */
const TAP_SLOP_PX = 15;

/** Listens until it is closed. */
export class PointerCapture {
  readonly #element: HTMLElement;
  readonly #pointAt: PointerCaptureOptions["pointAt"];
  readonly #sink: InputSink;
  readonly #listeners = new AbortController();
  readonly #held = new Map<number, Press>();
  readonly #inside = new Set<number>();
  readonly #lastMoves = new Map<number, LastMove>();

  constructor(options: PointerCaptureOptions) {
    this.#element = options.element;
    this.#pointAt = options.pointAt;
    this.#sink = options.sink;
    this.#listen();
  }

  get isHolding(): boolean {
    return this.#held.size > 0;
  }

  /** Forgets every pointer. One that is still pressed counts again from its next press. */
  reset(): void {
    this.#held.clear();
    this.#inside.clear();
    this.#lastMoves.clear();
  }

  close(): void {
    this.#listeners.abort();
    this.reset();
  }

  #listen(): void {
    const element = this.#element;
    const options = { signal: this.#listeners.signal };
    element.addEventListener("pointerdown", (event) => this.#handleDown(event), options);
    element.addEventListener("pointermove", (event) => this.#handleMove(event), options);
    // Comes as soon as the hand moves; pointermove waits for the next animation frame. Only in secure contexts.
    element.addEventListener(
      "pointerrawupdate",
      (event) => {
        if (event instanceof PointerEvent) this.#handleMove(event);
      },
      options,
    );
    element.addEventListener("pointerup", (event) => this.#handleEnd(event, "up"), options);
    element.addEventListener("pointercancel", (event) => this.#handleEnd(event, "cancel"), options);
    element.addEventListener("lostpointercapture", (event) => this.#handleEnd(event, "cancel"), options);
    element.addEventListener("pointerleave", (event) => this.#handleLeave(event), options);
  }

  #handleDown(event: PointerEvent): void {
    this.#element.focus({ preventScroll: true });
    const point = this.#pointOf(event);
    if (point === null || !isInsidePicture(point)) return;
    this.#capture(event.pointerId);
    this.#enter(event, point);
    const start = { x: event.clientX, y: event.clientY };
    this.#held.set(event.pointerId, { buttons: event.buttons, start, isDrag: false, last: point });
    this.#remember(event);
    this.#sink.ordered(pointerInput("down", event, point, event.button), event.timeStamp);
  }

  #handleMove(event: PointerEvent): void {
    const press = this.#held.get(event.pointerId);
    if (press === undefined) {
      if (event.buttons === 0) this.#hover(event);
      return;
    }
    const button = changedButton(press.buttons, event.buttons);
    if (button === -1) {
      this.#sendMove(event);
      return;
    }
    // A further button of the same mouse is a move in Pointer Events, but one that must not be lost.
    const point = this.#heldPointOf(event, press);
    press.buttons = event.buttons;
    this.#remember(event);
    this.#sink.ordered(pointerInput("move", event, point, button, press.isDrag), event.timeStamp);
  }

  #hover(event: PointerEvent): void {
    const point = this.#pointOf(event);
    if (point === null) return;
    if (!isInsidePicture(point)) {
      this.#leave(event, point);
      return;
    }
    this.#enter(event, point);
    this.#sendMove(event);
  }

  #sendMove(event: PointerEvent): void {
    const latest = event.getCoalescedEvents?.().at(-1) ?? event;
    const last = this.#lastMoves.get(event.pointerId);
    // pointermove tells again what pointerrawupdate has told. Clocks of browsers are coarse: a later move may have its time.
    if (last !== undefined && latest.timeStamp < last.timeMs) return;
    if (last !== undefined && latest.clientX === last.x && latest.clientY === last.y) return;
    const press = this.#held.get(event.pointerId);
    const point = press === undefined ? this.#hoverPointOf(latest) : this.#heldPointOf(latest, press);
    if (point === null) return;
    this.#remember(latest);
    this.#sink.move(pointerInput("move", latest, point, -1, press?.isDrag), latest.timeStamp);
  }

  #remember(event: PointerEvent): void {
    this.#lastMoves.set(event.pointerId, { x: event.clientX, y: event.clientY, timeMs: event.timeStamp });
  }

  #handleEnd(event: PointerEvent, phase: "up" | "cancel"): void {
    const press = this.#held.get(event.pointerId);
    if (press === undefined) return;
    this.#held.delete(event.pointerId);
    const point = this.#heldPointOf(event, press);
    const button = phase === "up" ? event.button : -1;
    this.#sink.ordered(pointerInput(phase, event, point, button, press.isDrag), event.timeStamp);
    if (event.pointerType === "touch" || phase === "cancel" || !isInsidePicture(point)) this.#leave(event, point);
  }

  #handleLeave(event: PointerEvent): void {
    const point = this.#pointOf(event);
    if (point !== null && !this.#held.has(event.pointerId)) this.#leave(event, point);
  }

  #enter(event: PointerEvent, point: PicturePoint): void {
    if (this.#inside.has(event.pointerId)) return;
    this.#inside.add(event.pointerId);
    this.#sink.ordered(pointerInput("enter", event, point, -1), event.timeStamp);
  }

  #leave(event: PointerEvent, point: PicturePoint): void {
    this.#lastMoves.delete(event.pointerId);
    if (!this.#inside.delete(event.pointerId)) return;
    this.#sink.ordered(pointerInput("leave", event, clampToPicture(point), -1), event.timeStamp);
  }

  #capture(pointerId: number): void {
    try {
      this.#element.setPointerCapture(pointerId);
    } catch {
      // The pointer went up before we came to it, or a script made the event: without capture all else still works.
    }
  }

  #pointOf(event: PointerEvent): PicturePoint | null {
    return this.#pointAt(event.clientX, event.clientY);
  }

  #hoverPointOf(event: PointerEvent): PicturePoint | null {
    const point = this.#pointOf(event);
    return point === null ? null : clampToPicture(point);
  }

  /** Where a held pointer is, or was last where the picture has no point there. Notes how far it wandered. */
  #heldPointOf(event: PointerEvent, press: Press): PicturePoint {
    const { clientX: x, clientY: y } = event;
    if (Math.hypot(x - press.start.x, y - press.start.y) > TAP_SLOP_PX) press.isDrag = true;
    const point = this.#pointOf(event);
    if (point !== null) press.last = clampWhileHeld(point);
    return press.last;
  }
}

function pointerInput(
  phase: PointerInput["phase"],
  event: PointerEvent,
  point: PicturePoint,
  button: number,
  isDrag: boolean = false,
): PointerInput {
  const type = event.pointerType;
  return {
    kind: "pointer",
    phase,
    pointerId: event.pointerId,
    pointerType: type === "touch" || type === "pen" ? type : "mouse",
    isPrimary: event.isPrimary,
    isDrag,
    x: point.x,
    y: point.y,
    button: Math.min(15, button),
    buttons: event.buttons & 0xffff,
    modifiers: modifiersOf(event),
    pressure: Math.min(1, Math.max(0, event.pressure)),
    tiltX: event.tiltX,
    tiltY: event.tiltY,
  };
}

/** The button that two states of `buttons` differ in, -1 for none. Pointer Events numbers them in another order. */
export function changedButton(before: number, after: number): number {
  const changed = before ^ after;
  if (changed === 0) return -1;
  const bit = 31 - Math.clz32(changed & -changed);
  return bit === 1 ? 2 : bit === 2 ? 1 : Math.min(15, bit);
}
