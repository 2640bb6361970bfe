/**
 * Owns which element of a page a pointer's events are fired at: the canvas of the picture, or what lies over it and is drawn. In the
 * render thread.
 *
 * PT1 A label, or the layer that labels lie in, has the pointer where it is on top and takes it (`pointer-events`), as in a
 *     browser; but one to which nobody listens leaves it to the canvas.
 * PT2 An element that captured a pointer has its events until it lets go, or the pointer does.
 */

import type { PageElement } from "./dom/page-element.ts";
import type { PageNode } from "./dom/page-node.ts";
import { makeEvent, type PixelPoint } from "./events/input-events.ts";
import type { Labels } from "./labels/labels.ts";

const MAX_POINTERS = 64;

export class PointerTargets {
  readonly #labels: Labels;
  readonly #captured = new Map<number, PageElement>();
  /** Where each pointer was last. */
  readonly #over = new Map<number, PageElement>();

  constructor(labels: Labels) {
    this.#labels = labels;
  }

  /** What has the pointer at a place of the picture, in pixels; `canvas` where nothing lies over it (PT1, PT2). */
  targetOf(pointerId: number, { x, y }: PixelPoint, canvas: PageElement): PageElement {
    const captor = this.#captured.get(pointerId);
    if (captor !== undefined) return captor;
    const over = [this.#labels.labelAt(x, y), this.#labels.layerAt(x, y)];
    return over.find((element) => element !== null && isHeard(element)) ?? canvas;
  }

  /** Notes where a pointer is. Returns where it was, if that is another element. */
  moveTo(pointerId: number, element: PageElement): PageElement | null {
    const before = this.#over.get(pointerId) ?? null;
    if (before === element) return null;
    if (this.#over.size < MAX_POINTERS || before !== null) this.#over.set(pointerId, element);
    return before;
  }

  /** Forgets a pointer that has left. */
  leave(pointerId: number): void {
    this.#over.delete(pointerId);
  }

  capture(pointerId: number, element: PageElement): void {
    if (this.#captured.size >= MAX_POINTERS || this.#captured.get(pointerId) === element) return;
    this.release(pointerId);
    this.#captured.set(pointerId, element);
    element.deliver(makeEvent("gotpointercapture", { pointerId }));
  }

  release(pointerId: number): void {
    const captor = this.#captured.get(pointerId);
    if (this.#captured.delete(pointerId)) captor?.deliver(makeEvent("lostpointercapture", { pointerId }));
  }

  hasCapture(pointerId: number, element: PageElement): boolean {
    return this.#captured.get(pointerId) === element;
  }
}

/** Whether anybody listens to an element, or to what it lies in short of the page itself. */
function isHeard(element: PageElement): boolean {
  for (let at: PageNode | null = element; at !== null; at = at.parentNode) {
    if (at.nodeName === "BODY" || at.nodeName === "HTML") return false;
    if (at.hasListeners) return true;
  }
  return false;
}
