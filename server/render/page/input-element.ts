/**
 * Owns the element that stands for the page's canvas in the render thread: three's controls and scenes listen to it, and
 * `dispatchInput` turns what viewers do into the DOM events that a page would fire.
 *
 * With the globals of `installPageGlobals`, all of three's controls work but PointerLockControls, which needs a locked
 * pointer: `requestPointerLock` answers with `pointerlockerror`. The element is the canvas that fills the page; its size is
 * that of the picture, whatever a scene sets.
 */

import type { DoubleClickInput, InputEvent, KeyInput, PointerInput } from "../../../shared/input.ts";
import { now } from "../../../shared/time.ts";
import type { PictureSize } from "../../../shared/video.ts";
import { ClickDetector } from "./click-detector.ts";
import type { PageDocument } from "./dom/page-document.ts";
import type { PageElement } from "./dom/page-element.ts";
import type { PageNode } from "./dom/page-node.ts";
import {
  buttonChange,
  type EventFields,
  keyFields,
  keyPressFields,
  makeEvent,
  mouseFields,
  namesOf,
  type PixelPoint,
  pixelPoint,
  pointerFields,
  type TouchPoint,
  touchFields,
  wheelFields,
} from "./events/input-events.ts";
import type { PageEventTarget } from "./events/page-event-target.ts";
import { CanvasElement } from "./images/canvas-element.ts";
import type { Pixels } from "./images/decode-image.ts";
import { pixelsOfContext, type ReadableContext } from "./images/gl-canvas.ts";
import { offerPicture, type PictureCanvas } from "./images/picture-canvas.ts";
import { type SkiaCanvas, skiaCanvasOf } from "./images/skia.ts";
import { type PageHost, PageWindow, type PageWindowOptions } from "./page-window.ts";

const MAX_POINTERS = 64;
/** What browsers number the mouse. */
const MOUSE_ID = 1;

/** What is heard of a drag, whatever is heard of the way. */
const pressTypes = ["pointerdown", "mousedown", "touchstart"] as const;
const touchTypes = { down: "touchstart", move: "touchmove", up: "touchend", cancel: "touchcancel" } as const;

/** A document that is a page's, and so has a window. */
type OwnDocument = PageDocument & { readonly defaultView: PageWindow };

/** The canvas of a scene. Events bubble to `ownerDocument` and to `ownerDocument.defaultView`. */
export class InputElement extends CanvasElement implements PictureCanvas {
  readonly #view: PageWindow;
  readonly #picture: { size: PictureSize };
  readonly #places = new Map<number, PixelPoint>();
  readonly #touches = new Map<number, TouchPoint>();
  readonly #clicks = new ClickDetector();
  #context: object | null = null;
  #claim: ((canvas: object) => object | null) | null = null;
  /** What the events are fired at: this, or the canvas of the page that shows the picture. */
  #target: CanvasElement = this;
  /** What the event that is dispatched now is fired at: that canvas, or what lies over it. */
  #hit: PageElement = this;
  #areMouseEventsOff = false;
  #called = 0;

  /** An element that fills the window of a page of its own. `size` is in pixels. */
  constructor(size: PictureSize, host: PageHost, options?: PageWindowOptions) {
    const picture = { size };
    const view = new PageWindow(() => picture.size, host, options);
    super(view.document);
    this.#view = view;
    this.#picture = picture;
    view.document.body?.appendChild(this);
    view.document.activeElement = this;
    view.setCanvas(this);
  }

  override get ownerDocument(): OwnDocument {
    return super.ownerDocument as OwnDocument;
  }
  /** Its events come up even where the scene has taken it out of the document. */
  protected override get eventParent(): PageEventTarget | null {
    return this.parentNode ?? this.#view.document;
  }
  override get clientWidth(): number {
    return this.#picture.size.width;
  }
  override get clientHeight(): number {
    return this.#picture.size.height;
  }
  override get width(): number {
    return this.#picture.size.width;
  }
  override set width(_value: number) {}
  override get height(): number {
    return this.#picture.size.height;
  }
  override set height(_value: number) {}
  override get tabIndex(): number {
    return Number(this.getAttribute("tabindex") ?? 0);
  }
  override set tabIndex(value: number) {
    this.setAttribute("tabindex", value);
  }

  /** What the scene itself has rendered on the canvas, whose colours are multiplied by alpha as three's are. */
  override imagePixels(): Pixels | null {
    if (this.#context === null) return null;
    return pixelsOfContext(this.#context as ReadableContext, this.width, this.height, true);
  }
  override skiaCanvas(): SkiaCanvas {
    const { data, width, height } = this.imagePixels() ?? { data: new Uint8ClampedArray(4), width: 1, height: 1 };
    return skiaCanvasOf(data, width, height);
  }

  /** Makes `context`, the renderer's, what "webgl2" gives. */
  setContext(context: object): void {
    this.#context = context;
  }

  /** Leaves the document, whose own canvases show the picture: those that `claim` gives its context. */
  offer(claim: (canvas: object) => object | null): void {
    this.remove();
    this.#claim = claim;
    offerPicture(this.#view.document, this);
  }

  claim(canvas: object): object | null {
    const context = this.#claim?.(canvas) ?? null;
    if (context === null || this.#target === canvas) return context;
    this.#target = canvas as CanvasElement;
    this.#view.setCanvas(this.#target);
    this.#view.document.activeElement = this.#target;
    return context;
  }

  isClaimedBy(canvas: object | null): boolean {
    return canvas === (this.#target === this ? null : this.#target);
  }

  override getContext(kind: string, options?: object): object | null {
    if (kind === "2d") throw new Error("The canvas of the picture is drawn by WebGL. Make another one for 2D drawing.");
    return kind === "webgl2" && this.#context !== null ? this.#context : super.getContext(kind, options);
  }

  override toDataURL(): never {
    throw new Error("The picture cannot be read in the scene. Take it from the server, as /snapshot.png.");
  }

  override toBlob(): never {
    return this.toDataURL();
  }

  /** Takes a new size in pixels and fires `resize` at the window. For the render thread. */
  resize(size: PictureSize): void {
    this.#picture.size = size;
    this.#view.deliver(makeEvent("resize"));
  }

  /** Whether anything in the scene listens to presses on the picture, or on what labels lie in, and so may be dragged. */
  get takesDrags(): boolean {
    const isPressed = (element: PageElement): boolean => pressTypes.some((type) => element.hears(type));
    return isPressed(this.#target) || this.#view.labels.layers.some(isPressed);
  }

  /** That of the page, even where the scene has taken the element out of it: keys are listened to there. */
  override getRootNode(): PageNode {
    return this.#view.document;
  }

  /**
   * Fires the DOM events that a page would for `event`. Returns whether any listener was called; if none was, nothing in
   * the scene can have changed. For the render thread.
   */
  dispatchInput(event: InputEvent): boolean {
    this.#called = 0;
    this.#hit = this.#target;
    switch (event.kind) {
      case "pointer":
        this.#dispatchPointer(event);
        break;
      case "wheel":
        this.#aim(MOUSE_ID, event);
        this.#fire("wheel", () => wheelFields(event, pixelPoint(event, this.#picture.size)));
        break;
      case "key":
        this.#dispatchKey(event);
        break;
      case "double-click":
        this.#aim(MOUSE_ID, event);
        this.#fire("dblclick", () => this.#doubleClickFields(event));
        break;
      case "release":
        // The cancels and key-ups of what was held come as events of their own; a page would see this beside them.
        this.#called += this.#view.deliver(makeEvent("blur"));
        break;
    }
    return this.#called > 0;
  }

  /** Finds what is under the pointer. */
  #aim(pointerId: number, event: PixelPoint): void {
    this.#hit = this.#view.pointers.targetOf(pointerId, pixelPoint(event, this.#picture.size), this.#target);
  }

  #dispatchPointer(event: PointerInput): void {
    const at = pixelPoint(event, this.#picture.size);
    const fields = pointerFields(event, at, this.#places.get(event.pointerId));
    this.#remember(event, at);
    this.#aim(event.pointerId, event);
    this.#crossOver(event, fields);
    const names = namesOf(event);
    const isPrevented = names.pointer.map((name) => this.#fire(name, () => fields)).includes(true);
    // Pointer Events section 11: preventing a press takes the mouse events of a mouse away until its release.
    if (event.phase === "down" && isPrevented) this.#areMouseEventsOff = true;
    const isBoundary = event.phase === "enter" || event.phase === "leave";
    if (isBoundary || !this.#areMouseEventsOff) for (const name of names.mouse) this.#fire(name, () => fields);
    const isTapPrevented = event.pointerType === "touch" && this.#fireTouch(event, at);
    this.#fireClick(event, at, fields, isTapPrevented);
    if (event.phase !== "up" && event.phase !== "cancel") return;
    this.#areMouseEventsOff = false;
    this.#view.pointers.release(event.pointerId);
  }

  /** Fires what a page hears where a pointer goes from one element to another that lies over it, or back. */
  #crossOver(event: PointerInput, fields: EventFields): void {
    const { pointers } = this.#view;
    if (event.phase === "leave" || event.phase === "cancel") return pointers.leave(event.pointerId);
    const [hit, before] = [this.#hit, pointers.moveTo(event.pointerId, this.#hit)];
    if (before === null || event.phase === "enter") return;
    const kinds = event.pointerType === "mouse" ? ["pointer", "mouse"] : ["pointer"];
    const fireAt = (element: PageElement, what: string, silent: boolean, closing: string): void => {
      this.#hit = element;
      for (const kind of kinds) this.#fire(`${kind}${what}`, () => fields);
      if (!silent) for (const kind of kinds) this.#fire(`${kind}${closing}`, () => fields);
    };
    fireAt(before, "out", before.contains(hit), "leave");
    fireAt(hit, "over", hit.contains(before), "enter");
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

  #dispatchKey(event: KeyInput): void {
    const isPrevented = this.#fire(event.phase === "down" ? "keydown" : "keyup", () => keyFields(event));
    const press = keyPressFields(event);
    if (press !== null && !isPrevented) this.#fire("keypress", () => press);
  }

  /** Fires the TouchEvent of a finger. Returns whether it was prevented, so that there is no tap. */
  #fireTouch({ phase, pointerId, pressure, modifiers }: PointerInput, at: PixelPoint): boolean {
    if (phase === "enter" || phase === "leave") return false;
    const touch = { pointerId, at, pressure };
    if (phase === "down" || this.#touches.has(pointerId)) this.#touches.set(pointerId, touch);
    else return false;
    if (phase === "up" || phase === "cancel") this.#touches.delete(pointerId);
    return this.#fire(touchTypes[phase], () => touchFields(modifiers, this.#hit, [...this.#touches.values()], touch));
  }

  #fireClick(event: PointerInput, at: PixelPoint, fields: EventFields, isTapPrevented: boolean): void {
    const { pointerId, button } = event;
    if (event.phase === "cancel") this.#clicks.cancel(pointerId);
    if (event.isDrag) this.#clicks.drag(pointerId);
    const change = buttonChange(event);
    if (change === "press") this.#clicks.press(pointerId, button, event.pointerType === "touch");
    if (change !== "release") return;
    const isOnPicture = event.x >= 0 && event.x <= 1 && event.y >= 0 && event.y <= 1;
    const detail = this.#clicks.release(pointerId, button, at, now());
    if (detail === 0 || !isOnPicture || isTapPrevented) return;
    if (event.pointerType === "touch") {
      // A tap looks like a mouse's click to who listens for that (Touch Events, section 8).
      for (const type of ["mousemove", "mousedown", "mouseup"]) this.#fire(type, () => ({ ...fields, detail }));
    }
    this.#fire(button === 0 ? "click" : "auxclick", () => ({ ...fields, detail }));
    if (button === 2) this.#fire("contextmenu", () => fields);
  }

  #doubleClickFields(event: DoubleClickInput): EventFields {
    const at = pixelPoint(event, this.#picture.size);
    return { ...mouseFields(at, event.modifiers), button: event.button, detail: 2 };
  }

  /** Makes and dispatches an event if somebody may hear it. Returns whether a listener prevented its default. */
  #fire(type: string, fields: () => EventFields): boolean {
    if (!this.#hit.hears(type)) return false;
    const event = makeEvent(type, fields());
    this.#called += this.#hit.deliver(event);
    return event.defaultPrevented;
  }
}
