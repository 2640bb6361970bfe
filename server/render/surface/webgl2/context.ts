/**
 * Owns the WebGL 2 context of a scene: the whole of WebGL 2, on the library of ANGLE that gl has loaded. gl makes the
 * context (a WebGL one, so ANGLE itself checks what a scene asks, and what it reads and writes out of range is harmless);
 * its own calls are left aside, since some are missing, some wrong and some end the process. In the render thread.
 */

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as Koffi from "koffi";
import { bufferCalls } from "./buffers.ts";
import { webGl2Constants } from "./constants.ts";
import { Core } from "./core.ts";
import { extensionCalls } from "./extensions.ts";
import { DrawingBuffer, framebufferCalls } from "./framebuffers.ts";
import { type Gles, loadGles } from "./gles.ts";
import { PixelStore } from "./pixel-store.ts";
import { programCalls } from "./programs.ts";
import { queryCalls } from "./queries.ts";
import { stateCalls } from "./state.ts";
import { textureCalls } from "./textures.ts";
import { uniformCalls } from "./uniforms.ts";

const VERSION = 0x1f02;
const DITHER = 0x0bd0;
const RGBA = 0x1908;
const UNSIGNED_BYTE = 0x1401;
const COLOR_BUFFER_BIT = 0x4000;
const libraryNames: Partial<Record<NodeJS.Platform, string>> = {
  linux: "libGLESv2.so",
  darwin: "libGLESv2.dylib",
  win32: "libGLESv2.dll",
};

/** As much of what gl makes as is used: any call makes its context the current one of the thread. */
type MadeByGl = { readonly isEnabled: (capability: number) => boolean };

/** What a page's `getContext("webgl2")` gives: its class, for `instanceof` and for the constants on it. */
export class WebGL2RenderingContext {}
Object.assign(WebGL2RenderingContext, webGl2Constants);
Object.assign(WebGL2RenderingContext.prototype, webGl2Constants);

export type WebGl2Context = WebGL2RenderingContext & {
  /** What stands for the canvas in the scene's page; set by whoever opens the context. */
  canvas: unknown;
  getError(): number;
  readPixels(x: number, y: number, width: number, height: number, format: number, type: number, into: Uint8Array): void;
  clear(mask: number): void;
  clearColor(red: number, green: number, blue: number, alpha: number): void;
  /** Not of WebGL: to be called after another context of gl in this thread was, which is the current one then. */
  makeCurrent(): void;
  /** Not of WebGL: changes the size of what stands for the canvas, whose picture is lost. */
  resizeDrawingBuffer(width: number, height: number): void;
};

/**
 * The context of `size` in the place of `made`, which gl made and which is current. It is held: gl ends what it made, and
 * leaves no context current, when nobody holds it any more. Null, and nothing is changed, where the
 * library cannot be called here or does not do what it should; then gl's own context has to do.
 */
export function openWebGl2(
  made: MadeByGl,
  size: { readonly width: number; readonly height: number },
): WebGl2Context | null {
  try {
    const require = createRequire(import.meta.url);
    const name = libraryNames[process.platform];
    if (name === undefined) return null;
    const library = join(dirname(require.resolve("gl/package.json")), "build/Release", name);
    const gles = loadGles(require("koffi") as typeof Koffi, library);
    if (!gles.getString(VERSION)?.startsWith("OpenGL ES 3")) return null;
    const context = contextOn(gles, size.width, size.height);
    if (!works(context)) return null;
    Object.defineProperty(context, "makeCurrent", { value: () => void made.isEnabled(DITHER) });
    return context;
  } catch {
    return null;
  }
}

function contextOn(gles: Gles, width: number, height: number): WebGl2Context {
  const core = new Core(gles);
  const store = new PixelStore(core);
  const canvas = new DrawingBuffer(core, width, height);
  // As a new context has them; gl left its own.
  for (const set of [gles.viewport, gles.scissor]) set(0, 0, width, height);
  for (const name of [0x0cf5, 0x0d05]) gles.pixelStorei(name, 4);
  const attributes = {
    alpha: true,
    antialias: false,
    depth: true,
    desynchronized: false,
    failIfMajorPerformanceCaveat: false,
    powerPreference: "default",
    premultipliedAlpha: true,
    preserveDrawingBuffer: true,
    stencil: true,
    xrCompatible: false,
  };
  const calls = {
    ...stateCalls(core, store),
    ...bufferCalls(core),
    ...queryCalls(core),
    ...programCalls(core),
    ...uniformCalls(core),
    ...textureCalls(core, store),
    ...framebufferCalls(core, canvas),
    ...extensionCalls(core),
    getContextAttributes: () => ({ ...attributes }),
    resizeDrawingBuffer: (newWidth: number, newHeight: number) => canvas.resize(newWidth, newHeight),
    drawingBufferColorSpace: "srgb",
    unpackColorSpace: "srgb",
  };
  const context = Object.defineProperties(new WebGL2RenderingContext(), {
    drawingBufferWidth: { get: () => canvas.width, enumerable: true },
    drawingBufferHeight: { get: () => canvas.height, enumerable: true },
    canvas: { value: null, enumerable: true, writable: true },
  });
  return Object.assign(context, calls) as unknown as WebGl2Context;
}

/** One picture through memory that calls wrote and read: what a wrong library or a wrong layout of calls would spoil. */
function works(context: WebGl2Context): boolean {
  const pixel = new Uint8Array(4);
  context.clearColor(1, 0.2, 0, 1);
  context.clear(COLOR_BUFFER_BIT);
  context.readPixels(0, 0, 1, 1, RGBA, UNSIGNED_BYTE, pixel);
  context.clearColor(0, 0, 0, 0);
  context.clear(COLOR_BUFFER_BIT);
  return pixel.join() === "255,51,0,255" && context.getError() === 0;
}
