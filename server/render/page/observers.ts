/**
 * Owns ResizeObserver, IntersectionObserver and MutationObserver of a page. Everything in it is in view, and only the
 * picture changes its size. Render thread.
 */

import { DomRect } from "./dom/dom-rect.ts";

type Sized = EventTarget & { readonly clientWidth: number; readonly clientHeight: number };
type Notify = (entries: readonly object[], observer: object) => void;
type Window = EventTarget & { reportError(error: unknown): void };

type ObserverClass = new (notify: Notify, options?: object) => object;

/** The classes of a page with this window. */
export function observersOf(window: Window): Readonly<Record<string, ObserverClass>> {
  class ResizeObserver extends Observer {
    constructor(notify: Notify) {
      super(notify, (target) => resizeEntry(target), window);
      window.addEventListener("resize", () => this.tellAll());
    }
  }
  class IntersectionObserver extends Observer {
    readonly root = null;
    readonly rootMargin = "0px";
    readonly thresholds: readonly number[] = [0];

    constructor(notify: Notify) {
      super(notify, (target) => intersectionEntry(target), window);
    }
  }
  return { ResizeObserver, IntersectionObserver, MutationObserver };
}

class Observer {
  readonly #targets = new Set<Sized>();
  readonly #notify: Notify;
  readonly #entryOf: (target: Sized) => object;
  readonly #window: Window;

  constructor(notify: Notify, entryOf: (target: Sized) => object, window: Window) {
    this.#notify = notify;
    this.#entryOf = entryOf;
    this.#window = window;
  }

  /** Tells of `target` once it is observed, as browsers do. */
  observe(target: Sized): void {
    this.#targets.add(target);
    setImmediate(() => {
      if (this.#targets.has(target)) this.#tell([target]);
    });
  }
  unobserve(target: Sized): void {
    this.#targets.delete(target);
  }
  disconnect(): void {
    this.#targets.clear();
  }
  takeRecords(): readonly object[] {
    return [];
  }
  tellAll(): void {
    if (this.#targets.size > 0) this.#tell([...this.#targets]);
  }

  #tell(targets: readonly Sized[]): void {
    try {
      this.#notify(targets.map(this.#entryOf), this);
    } catch (error) {
      this.#window.reportError(error);
    }
  }
}

/** Sees nothing: what changes a scene's document is the scene itself. */
class MutationObserver {
  observe(): void {}
  disconnect(): void {}
  takeRecords(): readonly object[] {
    return [];
  }
}

function resizeEntry(target: Sized): object {
  const { clientWidth: inlineSize, clientHeight: blockSize } = target;
  const box = [{ inlineSize, blockSize }];
  const contentRect = new DomRect(0, 0, inlineSize, blockSize);
  return { target, contentRect, contentBoxSize: box, borderBoxSize: box, devicePixelContentBoxSize: box };
}

function intersectionEntry(target: Sized): object {
  const rect = new DomRect(0, 0, target.clientWidth, target.clientHeight);
  const rects = { boundingClientRect: rect, intersectionRect: rect, rootBounds: rect };
  return { target, isIntersecting: true, intersectionRatio: 1, time: performance.now(), ...rects };
}
