/**
 * Owns the picture of a page that draws it by itself, with a renderer of its own on the thread's one context: which canvas
 * shows it, that it keeps the size of the picture, and that the page's renderers know what others did to the context.
 * Render thread.
 *
 * PD1 The first canvas that asks for "webgl2" shows the picture. One that was only made to look whether there is WebGL, and
 *     is neither in the document nor drawn on, loses it to the next.
 * PD2 What is drawn outside of a frame, as when an image has come, asks for a frame.
 * PD3 Two pages may share the context for a moment, while one takes the other's place: whose code runs next has its
 *     renderers forget what they know of the context's state.
 */

import { Color, type WebGLRenderer } from "three";
import type { PictureSize } from "../../../shared/video.ts";

/** Calls that change what is seen. */
const drawing = [
  ...["clear", "drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced", "drawRangeElements"],
  ...["blitFramebuffer", "clearBufferfv", "clearBufferiv", "clearBufferuiv", "clearBufferfi"],
];
const noticing = new WeakSet<object>();
/** The page whose code drew last (PD3). */
let current: PagePicture | null = null;

/** Those that were not closed, the newest last. */
const open: PagePicture[] = [];

/** The events by which three tells its developer tools of every renderer that is made. */
type DevTools = EventTarget;

type Canvas = object & { readonly isConnected?: boolean };

export class PagePicture {
  readonly #context: object;
  readonly #server: WebGLRenderer;
  #size: PictureSize;
  readonly #onDrawn: () => void;
  /** The page's, each with its own `setSize`, which it does not find there. */
  readonly #renderers = new Map<WebGLRenderer, WebGLRenderer["setSize"]>();
  #canvas: Canvas | null = null;
  #hasDrawn = false;

  /** `server` is the renderer of the server on the same context. `onDrawn` is called when the page draws. */
  constructor(server: WebGLRenderer, size: PictureSize, onDrawn: () => void) {
    this.#server = server;
    this.#size = size;
    this.#context = server.getContext();
    this.#onDrawn = onDrawn;
    noticeDrawing(this.#context);
    open.push(this);
    devTools().addEventListener("observe", this.#observe);
  }

  /** The canvas that shows the picture. */
  get canvas(): object | null {
    return this.#canvas;
  }

  /** Whether the page has drawn anything since. */
  get hasDrawn(): boolean {
    return this.#hasDrawn;
  }

  /** PD1 */
  claim(canvas: Canvas): object | null {
    if (this.#canvas === canvas) return this.#context;
    const isInUse = this.#hasDrawn || this.#renderers.size > 0 || this.#canvas?.isConnected === true;
    if (this.#canvas !== null && isInUse) return null;
    this.#canvas = canvas;
    current = this;
    Object.assign(this.#context, { canvas });
    // As new as a page's own would be.
    this.#server.resetState();
    this.#server.clear();
    return this.#context;
  }

  /** PD3. To be called before code of the page runs. `isForced` where others used the context since. */
  enter(isForced: boolean = false): void {
    if ((current === this && !isForced) || this.#canvas === null) return;
    current = this;
    Object.assign(this.#context, { canvas: this.#canvas });
    for (const renderer of this.#renderers.keys()) forgetState(renderer);
  }

  /** The context has another size. */
  resize(size: PictureSize): void {
    this.#size = size;
    this.enter(true);
    for (const setSize of this.#renderers.values()) setSize(size.width, size.height, false);
  }

  /** Idempotent. */
  close(): void {
    if (!open.includes(this)) return;
    devTools().removeEventListener("observe", this.#observe);
    this.#renderers.clear();
    open.splice(open.indexOf(this), 1);
    if (current !== this) return;
    current = null;
    open.at(-1)?.enter();
  }

  handleDrawn(call: string): void {
    // A renderer that is made clears.
    if (call.startsWith("draw")) this.#hasDrawn = true;
    this.#onDrawn();
  }

  readonly #observe = (event: Event): void => {
    const { detail: renderer } = event as CustomEvent<WebGLRenderer>;
    if ((renderer as { isWebGLRenderer?: boolean }).isWebGLRenderer !== true || current !== this) return;
    if (renderer.getContext() !== this.#context) return;
    this.#renderers.set(renderer, renderer.setSize.bind(renderer));
    // It has asked its canvas before that showed the picture.
    const { width, height } = this.#size;
    renderer.setSize(width, height, false);
    holdSize(renderer);
    // Its context goes on without it.
    Object.assign(renderer, { forceContextLoss: () => undefined });
  };
}

/** Has a renderer keep its size, whatever the scene or page sets. */
export function holdSize(renderer: WebGLRenderer): void {
  const nothing = (): void => undefined;
  Object.assign(renderer, { setSize: nothing, setPixelRatio: nothing, setDrawingBufferSize: nothing });
}

function devTools(): DevTools {
  const global = globalThis as { __THREE_DEVTOOLS__?: DevTools };
  global.__THREE_DEVTOOLS__ ??= new EventTarget();
  return global.__THREE_DEVTOOLS__;
}

/** PD2 */
function noticeDrawing(context: object): void {
  if (noticing.has(context)) return;
  noticing.add(context);
  for (const name of drawing) {
    const call: unknown = Reflect.get(context, name);
    if (typeof call !== "function") continue;
    const noticed = (...values: unknown[]): unknown => {
      current?.handleDrawn(name);
      return Reflect.apply(call, context, values);
    };
    Object.assign(context, { [name]: noticed });
  }
}

/** Has a renderer set everything anew, as it is to be by what the page asked of it. */
function forgetState(renderer: WebGLRenderer): void {
  const [color, alpha] = [renderer.getClearColor(new Color()), renderer.getClearAlpha()];
  const target = renderer.getRenderTarget();
  const [face, level] = [renderer.getActiveCubeFace(), renderer.getActiveMipmapLevel()];
  renderer.resetState();
  renderer.setRenderTarget(target, face, level);
  renderer.setClearColor(color, alpha);
}
