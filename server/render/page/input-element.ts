/**
 * Owns the element that stands for the page's canvas in the render thread: three's controls and scenes listen to it, and
 * `dispatchInput` turns what viewers do into the DOM events that a page would fire.
 *
 * With the globals of `installPageGlobals`, all of three's controls work but PointerLockControls, which needs a locked
 * pointer: `requestPointerLock` answers with `pointerlockerror`.
 */

import type { DoubleClickInput, InputEvent, PointerInput } from "../../../shared/input.ts";
import { now } from "../../../shared/time.ts";
import type { PictureSize } from "../../../shared/video.ts";
import { ClickDetector } from "./click-detector.ts";
import {
  buttonChange,
  type EventFields,
  keyFields,
  makeEvent,
  mouseFields,
  namesOf,
  type PixelPoint,
  pixelPoint,
  pointerFields,
  wheelFields,
} from "./input-events.ts";
import { type PageDocument, type PageHost, PageWindow } from "./page.ts";
import { PageEventTarget } from "./page-event-target.ts";

const MAX_POINTERS = 64;

/** What `getBoundingClientRect` returns. */
export type ElementRect = Readonly<
  Record<"x" | "y" | "left" | "top" | "right" | "bottom" | "width" | "height", number>
>;

/** The canvas of a scene. Events bubble to `ownerDocument` and to `ownerDocument.defaultView`. */
export class InputElement extends PageEventTarget {
  readonly nodeName: string = "CANVAS";
  readonly tagName: string = "CANVAS";
  readonly isConnected: boolean = true;
  readonly clientLeft: number = 0;
  readonly clientTop: number = 0;
  readonly offsetLeft: number = 0;
  readonly offsetTop: number = 0;
  readonly style: Record<string, string> = {};
  readonly ownerDocument: PageDocument;
  tabIndex = 0;
  readonly #picture: { size: PictureSize };
  readonly #captured = new Set<number>();
  readonly #places = new Map<number, PixelPoint>();
  readonly #clicks = new ClickDetector();
  #areMouseEventsOff = false;
  #called = 0;

  /** An element that fills the window of a page of its own. `size` is in pixels. */
  constructor(size: PictureSize, host: PageHost) {
    const picture = { size };
    const view = new PageWindow(() => picture.size, host);
    super(view.document, host.onError);
    this.ownerDocument = view.document;
    this.ownerDocument.activeElement = this;
    this.#picture = picture;
  }

  get clientWidth(): number {
    return this.#picture.size.width;
  }
  get clientHeight(): number {
    return this.#picture.size.height;
  }
  get offsetWidth(): number {
    return this.#picture.size.width;
  }
  get offsetHeight(): number {
    return this.#picture.size.height;
  }
  get width(): number {
    return this.#picture.size.width;
  }
  get height(): number {
    return this.#picture.size.height;
  }

  getBoundingClientRect(): ElementRect {
    const { width, height } = this.#picture.size;
    return { x: 0, y: 0, left: 0, top: 0, right: width, bottom: height, width, height };
  }

  /** Takes a new size in pixels and fires `resize` at the window. For the render thread. */
  resize(size: PictureSize): void {
    this.#picture.size = size;
    this.ownerDocument.defaultView.deliver(makeEvent("resize"));
  }

  getRootNode(): PageDocument {
    return this.ownerDocument;
  }

  contains(node: unknown): boolean {
    return node === this;
  }

  focus(): void {
    if (this.ownerDocument.activeElement === this) return;
    this.ownerDocument.activeElement = this;
    this.deliver(makeEvent("focus"));
  }

  blur(): void {
    if (this.ownerDocument.activeElement !== this) return;
    this.ownerDocument.activeElement = null;
    this.deliver(makeEvent("blur"));
  }

  /** Every pointer's events come here anyway; this only remembers that the scene asked. */
  setPointerCapture(pointerId: number): void {
    if (this.#captured.size >= MAX_POINTERS || this.#captured.has(pointerId)) return;
    this.#captured.add(pointerId);
    this.deliver(makeEvent("gotpointercapture", { pointerId }));
  }

  releasePointerCapture(pointerId: number): void {
    if (this.#captured.delete(pointerId)) this.deliver(makeEvent("lostpointercapture", { pointerId }));
  }

  hasPointerCapture(pointerId: number): boolean {
    return this.#captured.has(pointerId);
  }

  /** The pointer cannot be locked: fires `pointerlockerror` at the document. */
  requestPointerLock(): void {
    this.ownerDocument.deliver(makeEvent("pointerlockerror"));
  }

  /**
   * Fires the DOM events that a page would for `event`. Returns whether any listener was called; if none was, nothing in
   * the scene can have changed. For the render thread.
   */
  dispatchInput(event: InputEvent): boolean {
    this.#called = 0;
    switch (event.kind) {
      case "pointer":
        this.#dispatchPointer(event);
        break;
      case "wheel":
        this.#fire("wheel", () => wheelFields(event, pixelPoint(event, this.#picture.size)));
        break;
      case "key":
        this.#fire(event.phase === "down" ? "keydown" : "keyup", () => keyFields(event));
        break;
      case "double-click":
        this.#fire("dblclick", () => this.#doubleClickFields(event));
        break;
      case "release":
        // The cancels and key-ups of what was held come as events of their own; a page would see this beside them.
        this.#called += this.ownerDocument.defaultView.deliver(makeEvent("blur"));
        break;
    }
    return this.#called > 0;
  }

  #dispatchPointer(event: PointerInput): void {
    const at = pixelPoint(event, this.#picture.size);
    const fields = pointerFields(event, at, this.#places.get(event.pointerId));
    this.#remember(event, at);
    const names = namesOf(event);
    const isPrevented = names.pointer.map((name) => this.#fire(name, () => fields)).includes(true);
    // Pointer Events section 11: preventing a press takes the mouse events of a mouse away until its release.
    if (event.phase === "down" && isPrevented) this.#areMouseEventsOff = true;
    const isBoundary = event.phase === "enter" || event.phase === "leave";
    if (isBoundary || !this.#areMouseEventsOff) for (const name of names.mouse) this.#fire(name, () => fields);
    this.#fireClick(event, at, fields);
    if (event.phase !== "up" && event.phase !== "cancel") return;
    this.#areMouseEventsOff = false;
    this.releasePointerCapture(event.pointerId);
  }

  #remember(event: PointerInput, at: PixelPoint): void {
    const isGone =
      event.phase === "leave" || event.phase === "cancel" || (event.phase === "up" && event.pointerType === "touch");
    this.#places.delete(event.pointerId);
    if (isGone) return;
    const oldest = this.#places.keys().next();
    if (this.#places.size >= MAX_POINTERS && !oldest.done) this.#places.delete(oldest.value);
    this.#places.set(event.pointerId, at);
  }

  #fireClick(event: PointerInput, at: PixelPoint, fields: EventFields): void {
    const { pointerId, button } = event;
    if (event.phase === "cancel") this.#clicks.cancel(pointerId);
    if (event.phase === "move") this.#clicks.move(pointerId, at);
    const change = buttonChange(event);
    if (change === "press") this.#clicks.press(pointerId, button, event.pointerType === "touch", at);
    if (change !== "release") return;
    const isOnPicture = event.x >= 0 && event.x <= 1 && event.y >= 0 && event.y <= 1;
    const detail = this.#clicks.release(pointerId, button, at, now());
    if (detail === 0 || !isOnPicture) return;
    this.#fire(button === 0 ? "click" : "auxclick", () => ({ ...fields, detail }));
    if (button === 2) this.#fire("contextmenu", () => fields);
  }

  #doubleClickFields(event: DoubleClickInput): EventFields {
    const at = pixelPoint(event, this.#picture.size);
    return { ...mouseFields(at, event.modifiers), button: event.button, detail: 2 };
  }

  /** Makes and dispatches an event if somebody may hear it. Returns whether a listener prevented its default. */
  #fire(type: string, fields: () => EventFields): boolean {
    if (!this.hears(type)) return false;
    const event = makeEvent(type, fields());
    this.#called += this.deliver(event);
    return event.defaultPrevented;
  }
}
