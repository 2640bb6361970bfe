/**
 * Owns the WebGL contexts of a scene's canvases beside that of the picture: real ones of gl, drawn into memory, for libraries
 * that make textures on a canvas of their own, as troika-three-text. In the render thread alone, since gl loads in one
 * thread of a process; `allowGlCanvases` is called there.
 */

import { createRequire } from "node:module";
import type { Pixels } from "./decode-image.ts";
import { acceptImageSources, type UploadContext } from "./texture-uploads.ts";

/** What gl has beyond WebGL: STACKGL_resize_drawingbuffer. */
type ContextExtension = { resize(width: number, height: number): void };

/** As much of a context as reading from its canvas takes. */
export type ReadableContext = {
  readonly RGBA: number;
  readonly UNSIGNED_BYTE: number;
  readonly FRAMEBUFFER: number;
  readonly FRAMEBUFFER_BINDING: number;
  getParameter(name: number): unknown;
  bindFramebuffer(target: number, framebuffer: unknown): void;
  readPixels(x: number, y: number, width: number, height: number, format: number, type: number, into: Uint8Array): void;
};
type Context = UploadContext & ReadableContext & { getExtension(name: string): ContextExtension | null };
type CreateContext = (width: number, height: number, options: object) => Context | null;
type ContextOptions = { readonly premultipliedAlpha?: boolean };

/** As many as browsers allow a page. */
const MAX_CONTEXTS = 16;
/** Held as long as the process runs: gl ends a context that nobody holds, and then leaves none current in the thread. */
const held: Context[] = [];

let createContext: CreateContext | null = null;
let webGl2: object | undefined;
/** Has the picture's context be the current one again, where that does not see to it itself. */
let restore: () => void = () => undefined;

/** As in a page, no context of WebGL 2 is an instance of it. */
const WebGLRenderingContext: object = Object.defineProperty(function WebGLRenderingContext() {}, Symbol.hasInstance, {
  value: (tested: unknown) =>
    typeof tested === "object" && tested !== null && tested.constructor.name === "WebGLRenderingContext",
});

/** From now on canvases of this thread can have WebGL contexts. `context` is that of the picture, a WebGL2 one of gl. */
export function allowGlCanvases(context: object): void {
  createContext ??= createRequire(import.meta.url)("gl") as CreateContext;
  const { makeCurrent } = context as { readonly makeCurrent?: () => void };
  restore = () => makeCurrent?.();
  if (webGl2 !== undefined) return;
  webGl2 = context.constructor;
  // The constants may stand on its prototype.
  for (const name in context) {
    const value: unknown = context[name as keyof typeof context];
    if (typeof value !== "number" || !/^[A-Z][A-Z0-9_]*$/.test(name)) continue;
    for (const Class of [webGl2, WebGLRenderingContext])
      Object.defineProperty(Class, name, { value, enumerable: true });
  }
}

/** The classes of contexts, with WebGL's constants; undefined where there can be no contexts. */
export function contextClass(isWebGl2: boolean): unknown {
  return webGl2 !== undefined && !isWebGl2 ? WebGLRenderingContext : webGl2;
}

export class GlCanvas {
  readonly context: Context;
  readonly isWebGl2: boolean;
  readonly #isPremultiplied: boolean;
  #width: number;
  #height: number;

  /** Makes the context of the canvas `owner`; null where there can be none. */
  static create(owner: object, size: readonly [number, number], isWebGl2: boolean, options: object): GlCanvas | null {
    const [width, height] = size;
    if (held.length >= MAX_CONTEXTS) {
      console.warn(`There are ${MAX_CONTEXTS} WebGL contexts besides the picture's already, so this canvas gets none.`);
      return null;
    }
    const context = createContext?.(width, height, { ...options, createWebGL2Context: isWebGl2 });
    restore();
    if (!context) return null;
    held.push(context);
    for (const [name, call] of Object.entries(context)) {
      if (typeof call === "function") Object.assign(context, { [name]: restoringAfter(call as () => unknown) });
    }
    Object.defineProperty(context, "canvas", { value: owner, configurable: true });
    acceptImageSources(context);
    return new GlCanvas(context, [width, height], isWebGl2, options);
  }

  private constructor(context: Context, size: readonly [number, number], isWebGl2: boolean, options: ContextOptions) {
    this.context = context;
    this.isWebGl2 = isWebGl2;
    this.#isPremultiplied = options.premultipliedAlpha !== false;
    [this.#width, this.#height] = size;
  }

  /** Takes a new size in pixels, and is empty then. */
  resize(width: number, height: number): void {
    if (width === this.#width && height === this.#height) return;
    this.#width = width;
    this.#height = height;
    this.context.getExtension("STACKGL_resize_drawingbuffer")?.resize(width, height);
    restore();
  }

  /** What was drawn: RGBA, rows from top to bottom, colours not multiplied by alpha. */
  get pixels(): Pixels {
    return pixelsOfContext(this.context, this.#width, this.#height, this.#isPremultiplied);
  }
}

/** What a WebGL context has drawn on its canvas, as `GlCanvas.pixels`. */
export function pixelsOfContext(gl: ReadableContext, width: number, height: number, isPremultiplied: boolean): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  const bound = gl.getParameter(gl.FRAMEBUFFER_BINDING);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(data.buffer));
  gl.bindFramebuffer(gl.FRAMEBUFFER, bound);
  turn(data, width * 4, height);
  if (isPremultiplied) divideByAlpha(data);
  return { data, width, height };
}

function restoringAfter(call: (...values: unknown[]) => unknown): (...values: unknown[]) => unknown {
  return (...values) => {
    try {
      return call(...values);
    } finally {
      restore();
    }
  };
}

function turn(data: Uint8ClampedArray, row: number, height: number): void {
  for (let top = 0, bottom = height - 1; top < bottom; top += 1, bottom -= 1) {
    const kept = data.slice(top * row, (top + 1) * row);
    data.copyWithin(top * row, bottom * row, (bottom + 1) * row);
    data.set(kept, bottom * row);
  }
}

function divideByAlpha(data: Uint8ClampedArray): void {
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] ?? 255;
    if (alpha === 0 || alpha === 255) continue;
    for (let channel = at; channel < at + 3; channel += 1) data[channel] = ((data[channel] ?? 0) * 255) / alpha;
  }
}
