/** Owns the element that the hand is on: joins pointers, wheel and keyboard, and lets go of everything when focus goes. */

import type { InputEvent } from "../../shared/input.ts";
import { clampToPicture, clampWhileHeld, isInsidePicture, type PicturePoint } from "../picture/picture-rectangle.ts";
import type { InputSink } from "./input-sender.ts";
import { KeyboardCapture } from "./keyboard-capture.ts";
import { modifiersOf } from "./modifiers.ts";
import type { OwnKeys } from "./own-keys.ts";
import { PointerCapture } from "./pointer-capture.ts";
import { wheelPixels } from "./wheel-delta.ts";

export type InputCaptureOptions = {
  /** Covers the picture. Becomes focusable, and loses scrolling, zooming and the context menu. */
  readonly element: HTMLElement;
  /** The point in the picture under a position of the viewport; null where there is none. */
  readonly pointAt: (clientX: number, clientY: number) => PicturePoint | null;
  /** Values of `KeyboardEvent.key` that are not sent. */
  readonly ownKeys: OwnKeys;
  readonly sink: InputSink;
};

/** Listens until it is closed. */
export class InputCapture {
  readonly #element: HTMLElement;
  readonly #pointAt: InputCaptureOptions["pointAt"];
  readonly #sink: InputSink;
  readonly #pointers: PointerCapture;
  readonly #keyboard: KeyboardCapture;
  readonly #listeners = new AbortController();

  constructor(options: InputCaptureOptions) {
    this.#element = options.element;
    this.#pointAt = options.pointAt;
    this.#sink = options.sink;
    this.#pointers = new PointerCapture(options);
    this.#keyboard = new KeyboardCapture(options);
    this.#claimGestures();
    this.#listen();
  }

  /** Forgets what is held without telling the scene: it is another connection's business. */
  reset(): void {
    this.#pointers.reset();
    this.#keyboard.reset();
  }

  close(): void {
    this.#listeners.abort();
    this.#pointers.close();
    this.#keyboard.close();
  }

  /** Keeps the browser from scrolling, zooming, selecting and dragging with the gestures that are the scene's. */
  #claimGestures(): void {
    const { style } = this.#element;
    this.#element.tabIndex = 0;
    style.touchAction = "none";
    style.userSelect = "none";
    style.setProperty("-webkit-user-select", "none");
    style.setProperty("-webkit-touch-callout", "none");
    style.setProperty("-webkit-tap-highlight-color", "transparent");
    const options = { signal: this.#listeners.signal, passive: false };
    // gesturestart and gesturechange are Safari's pinch. A prevented touchstart would cost the double click.
    const gestures = ["mousedown", "dragstart", "contextmenu", "touchmove", "gesturestart", "gesturechange"];
    // With these a mouse's fourth and fifth button go back and forward in the browser's history.
    for (const name of [...gestures, "mouseup", "auxclick"]) {
      this.#element.addEventListener(name, preventDefault, options);
    }
  }

  #listen(): void {
    const signal = this.#listeners.signal;
    this.#element.addEventListener("wheel", (event) => this.#handleWheel(event), { signal, passive: false });
    this.#element.addEventListener("dblclick", (event) => this.#handleDoubleClick(event), { signal });
    this.#element.addEventListener("blur", (event) => this.#handleBlur(event), { signal });
    window.addEventListener("blur", (event) => this.#release(event), { signal });
    window.addEventListener("pagehide", (event) => this.#release(event), { signal });
    document.addEventListener("visibilitychange", (event) => void (document.hidden && this.#release(event)), {
      signal,
    });
  }

  #handleWheel(event: WheelEvent): void {
    event.preventDefault();
    const point = this.#pointOf(event);
    if (point === null) return;
    const pixels = wheelPixels(event, this.#element.clientHeight);
    if (pixels.deltaX === 0 && pixels.deltaY === 0) return;
    this.#send({ kind: "wheel", ...point, ...pixels, buttons: event.buttons, modifiers: modifiersOf(event) }, event);
  }

  #handleDoubleClick(event: MouseEvent): void {
    event.preventDefault();
    const point = this.#pointOf(event);
    if (point === null) return;
    const button = Math.min(15, Math.max(0, event.button));
    this.#send({ kind: "double-click", ...point, button, modifiers: modifiersOf(event) }, event);
  }

  /** The keyboard went to another part of the page; a drag goes on. */
  #handleBlur(event: Event): void {
    if (this.#keyboard.isHolding) this.#release(event);
  }

  #release(event: Event): void {
    if (!this.#pointers.isHolding && !this.#keyboard.isHolding) return;
    this.reset();
    this.#send({ kind: "release" }, event);
  }

  #send(input: InputEvent, event: Event): void {
    this.#sink.ordered(input, event.timeStamp);
  }

  /** Where a wheel or a double click points; null beside the picture. */
  #pointOf(event: MouseEvent): PicturePoint | null {
    const point = this.#pointAt(event.clientX, event.clientY);
    if (point === null) return null;
    if (isInsidePicture(point)) return clampToPicture(point);
    return this.#pointers.isHolding ? clampWhileHeld(point) : null;
  }
}

function preventDefault(event: Event): void {
  if (event.cancelable) event.preventDefault();
}
