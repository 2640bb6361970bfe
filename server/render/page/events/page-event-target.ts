/**
 * Owns event dispatch as a page does it (DOM section 2.9): capture, bubbling, once, signal. Render thread only.
 *
 * Node's own EventTarget knows no parents, does not say whether anybody listened, and turns what a listener throws into
 * an uncaught exception, which would end the process of the scene.
 */

type Listener = (event: Event) => unknown;
type ListenerObject = { handleEvent(event: Event): void };
type ListenerOptions = { readonly capture?: boolean; readonly once?: boolean; readonly signal?: AbortSignal };

/** The events that have an `onclick`-like property, as a page's elements, document and window have them. */
const handled: readonly string[] = [
  ...["click", "dblclick", "auxclick", "contextmenu", "mousedown", "mouseup", "mousemove", "mouseover", "mouseout"],
  ...["mouseenter", "mouseleave", "wheel", "pointerdown", "pointerup", "pointermove", "pointerover", "pointerout"],
  ...["pointerenter", "pointerleave", "pointercancel", "gotpointercapture", "lostpointercapture", "touchstart"],
  ...["touchmove", "touchend", "touchcancel", "keydown", "keyup", "keypress", "focus", "blur", "input", "change"],
  ...["load", "error", "abort", "progress", "loadstart", "loadend", "timeout", "readystatechange", "resize", "scroll"],
  ...["message", "messageerror", "visibilitychange", "beforeunload", "unload", "pagehide", "pageshow", "hashchange"],
  ...["canplay", "canplaythrough", "play", "playing", "pause", "ended", "timeupdate", "loadedmetadata", "loadeddata"],
  ...["seeked", "seeking", "volumechange", "ratechange", "drop", "dragover", "dragstart", "dragend", "submit"],
];

type Handler = (event: Event) => unknown;

type Registration = {
  readonly listener: Listener | ListenerObject;
  readonly capture: boolean;
  readonly once: boolean;
  isRemoved: boolean;
};

/** A target with a parent that its events bubble to. What a listener throws, or rejects with, goes to `onError`. */
export class PageEventTarget extends EventTarget {
  readonly #registrations = new Map<string, Registration[]>();
  readonly #handlers = new Map<string, { readonly handler: Handler; readonly listener: Listener }>();
  readonly #parent: PageEventTarget | null;
  readonly #onError: (error: unknown) => void;

  constructor(parent: PageEventTarget | null, onError: (error: unknown) => void) {
    super();
    this.#parent = parent;
    this.#onError = onError;
  }

  /** What events bubble to from here. */
  protected get eventParent(): PageEventTarget | null {
    return this.#parent;
  }

  /** What listeners know as this target. */
  protected get eventFace(): object {
    return this;
  }

  /** The function that is the target's `on` property of this name, or null. */
  handlerOf(type: string): Handler | null {
    return this.#handlers.get(type)?.handler ?? null;
  }

  /** Makes `handler` the target's `on` property of this name; anything but a function takes it off. */
  setHandler(type: string, handler: unknown): void {
    const before = this.#handlers.get(type);
    if (before !== undefined) this.removeEventListener(type, before.listener);
    this.#handlers.delete(type);
    if (typeof handler !== "function") return;
    const listener = (event: Event): unknown => {
      const result: unknown = handler.call(this.eventFace, event);
      if (result === false) event.preventDefault();
      return result;
    };
    this.#handlers.set(type, { handler: handler as Handler, listener });
    this.addEventListener(type, listener);
  }

  /** Takes every listener off. */
  removeAllListeners(): void {
    this.#registrations.clear();
    this.#handlers.clear();
  }

  override addEventListener(
    type: string,
    listener: Listener | ListenerObject | null,
    options: ListenerOptions | boolean = {},
  ): void {
    const {
      capture = false,
      once = false,
      signal,
    } = typeof options === "boolean" ? { capture: options } : (options ?? {});
    if (!listener || signal?.aborted) return;
    const registrations = this.#registrations.get(type) ?? [];
    if (registrations.some((known) => known.listener === listener && known.capture === capture)) return;
    this.#registrations.set(type, [...registrations, { listener, capture, once, isRemoved: false }]);
    signal?.addEventListener("abort", () => this.removeEventListener(type, listener, { capture }), { once: true });
  }

  override removeEventListener(
    type: string,
    listener: Listener | ListenerObject | null,
    options: ListenerOptions | boolean = {},
  ): void {
    const capture = typeof options === "boolean" ? options : (options?.capture ?? false);
    const left = (this.#registrations.get(type) ?? []).filter((known) => {
      const isMeant = known.listener === listener && known.capture === capture;
      // A dispatch under way goes over the list as it was, so it has to see the mark.
      if (isMeant) known.isRemoved = true;
      return !isMeant;
    });
    if (left.length === 0) this.#registrations.delete(type);
    else this.#registrations.set(type, left);
  }

  /** Whether anybody listens to anything here. */
  get hasListeners(): boolean {
    return this.#registrations.size > 0;
  }

  /** Dispatches `event` here and on the parents. Returns false if a listener prevented its default. */
  override dispatchEvent(event: Event): boolean {
    this.deliver(event);
    return !event.defaultPrevented;
  }

  /** Whether anybody here or above listens to `type`. May be true for an event that then reaches nobody. */
  hears(type: string): boolean {
    return this.#path().some((target) => target.#registrations.has(type));
  }

  /** Dispatches `event` and returns how many listeners were called. */
  deliver(event: Event): number {
    const [, ...ancestors] = this.#path();
    const state = { target: this as PageEventTarget | null, stopped: false };
    Object.defineProperties(event, {
      target: { value: this.eventFace, configurable: true },
      srcElement: { value: this.eventFace, configurable: true },
      currentTarget: { get: () => state.target?.eventFace ?? null, configurable: true },
      composedPath: { value: () => this.#path().map((target) => target.eventFace), configurable: true },
      stopImmediatePropagation: { value: () => stopAll(event, state), configurable: true },
    });
    let called = 0;
    const visit = (target: PageEventTarget, capture: boolean): void => {
      if (event.cancelBubble) return;
      state.target = target;
      called += target.#call(event, capture, state);
    };
    for (const ancestor of ancestors.toReversed()) visit(ancestor, true);
    visit(this, true);
    visit(this, false);
    if (event.bubbles) for (const ancestor of ancestors) visit(ancestor, false);
    state.target = null;
    return called;
  }

  #path(): PageEventTarget[] {
    const path: PageEventTarget[] = [this];
    for (let next = this.eventParent; next !== null; next = next.eventParent) path.push(next);
    return path;
  }

  #call(event: Event, capture: boolean, state: { readonly stopped: boolean }): number {
    let called = 0;
    for (const registration of this.#registrations.get(event.type) ?? []) {
      if (state.stopped) break;
      if (registration.isRemoved || registration.capture !== capture) continue;
      if (registration.once) this.removeEventListener(event.type, registration.listener, { capture });
      called += 1;
      this.#run(() => callListener(registration.listener, this.eventFace, event));
    }
    return called;
  }

  #run(work: () => unknown): void {
    try {
      const result = work();
      if (result instanceof Promise) result.catch((error: unknown) => this.#onError(error));
    } catch (error) {
      this.#onError(error);
    }
  }
}

/** The names of the `on` properties: "onclick" and so on. */
export const handlerNames: readonly string[] = handled.map((type) => `on${type}`);

for (const type of handled) {
  Object.defineProperty(PageEventTarget.prototype, `on${type}`, {
    configurable: true,
    get(this: PageEventTarget) {
      return this.handlerOf(type);
    },
    set(this: PageEventTarget, handler: unknown) {
      this.setHandler(type, handler);
    },
  });
}

function callListener(listener: Listener | ListenerObject, target: object, event: Event): unknown {
  return typeof listener === "function" ? listener.call(target, event) : listener.handleEvent(event);
}

function stopAll(event: Event, state: { stopped: boolean }): void {
  event.stopPropagation();
  state.stopped = true;
}
