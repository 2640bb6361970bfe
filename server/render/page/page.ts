/**
 * Owns the little that a scene finds of a page in the render thread: a document, a window, and their global names.
 * Several of three's controls listen to `window` and `document` by these names.
 */

import type { PictureSize } from "../../../shared/video.ts";
import { PageEventTarget } from "./page-event-target.ts";

type FrameCallback = (time: number) => void;

/** What a page needs of its owner. */
export type PageHost = {
  /** Told what a listener or a frame callback threw. */
  onError(error: unknown): void;
  /** Told that a scene called `requestAnimationFrame`: a frame is wanted, and `runFrameCallbacks` before it. */
  onFrameRequested(): void;
};

/** Stands for `window`: events bubble up to it, and `requestAnimationFrame` asks the render thread for a frame. */
export class PageWindow extends PageEventTarget {
  readonly devicePixelRatio: number = 1;
  readonly pageXOffset: number = 0;
  readonly pageYOffset: number = 0;
  readonly scrollX: number = 0;
  readonly scrollY: number = 0;
  readonly setTimeout: typeof setTimeout = setTimeout;
  readonly clearTimeout: typeof clearTimeout = clearTimeout;
  readonly document: PageDocument;
  readonly #size: () => PictureSize;
  readonly #host: PageHost;
  readonly #callbacks = new Map<number, FrameCallback>();
  #lastId = 0;

  /** `size` gives the size of the picture, which fills the window. */
  constructor(size: () => PictureSize, host: PageHost) {
    super(null, host.onError);
    this.#size = size;
    this.#host = host;
    this.document = new PageDocument(this, host);
  }

  get innerWidth(): number {
    return this.#size().width;
  }

  get innerHeight(): number {
    return this.#size().height;
  }

  readonly requestAnimationFrame = (callback: FrameCallback): number => {
    this.#lastId += 1;
    this.#callbacks.set(this.#lastId, callback);
    this.#host.onFrameRequested();
    return this.#lastId;
  };

  readonly cancelAnimationFrame = (id: number): void => void this.#callbacks.delete(id);

  /** Calls what asked for this frame; what asks meanwhile waits for the next. `time` in ms as of performance.now(). */
  runFrameCallbacks(time: number): void {
    for (const id of [...this.#callbacks.keys()]) {
      const callback = this.#callbacks.get(id);
      this.#callbacks.delete(id);
      try {
        callback?.(time);
      } catch (error) {
        this.#host.onError(error);
      }
    }
  }
}

/** Stands for `document`. It has one element, which scenes know as the canvas. */
export class PageDocument extends PageEventTarget {
  readonly defaultView: PageWindow;
  readonly documentElement: { readonly clientLeft: 0; readonly clientTop: 0 } = { clientLeft: 0, clientTop: 0 };
  readonly body: { readonly style: Record<string, string> } = { style: {} };
  readonly hidden: boolean = false;
  readonly visibilityState: string = "visible";
  readonly pointerLockElement: null = null;
  activeElement: EventTarget | null = null;

  constructor(view: PageWindow, host: PageHost) {
    super(view, host.onError);
    this.defaultView = view;
  }

  hasFocus(): boolean {
    return true;
  }

  /** Does nothing: the pointer is never locked. */
  exitPointerLock(): void {}
}

/** Makes `view` the global `window` and its document the global `document`. Returns a function that undoes it. */
export function installPageGlobals(view: PageWindow): () => void {
  const globals: Record<string, unknown> = {
    window: view,
    document: view.document,
    requestAnimationFrame: view.requestAnimationFrame,
    cancelAnimationFrame: view.cancelAnimationFrame,
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [name, value] of Object.entries(globals)) {
      // A later scene may have put its own there.
      if (Reflect.get(globalThis, name) === value) Reflect.deleteProperty(globalThis, name);
    }
  };
}
