/**
 * Owns how an OpenGL context is made without a window. The only file that imports gl. For the render thread: gl loads in one
 * thread of a process and only once.
 */

import { createRequire } from "node:module";
import { dirname } from "node:path";
import { StreamError } from "../../../shared/errors.ts";
import type { PictureSize } from "../../../shared/video.ts";
import { linkVulkanLoader } from "../../setup/link-vulkan-loader.mjs";
import { openWebGl2 } from "./webgl2/context.ts";

/** As much of a WebGL2 context as the surface calls itself; three takes the whole. */
export type HeadlessGl = {
  readonly RENDERER: number;
  readonly RGBA: number;
  readonly UNSIGNED_BYTE: number;
  readonly FRAMEBUFFER: number;
  getParameter(name: number): unknown;
  /** What the driver says, which `getParameter` hides. */
  _getParameterDirect?(name: number): unknown;
  readPixels(x: number, y: number, width: number, height: number, format: number, type: number, into: Uint8Array): void;
  shaderSource(shader: object, source: string): void;
  getShaderSource?(shader: object): string | null;
  getShaderParameter(shader: object, name: number): unknown;
  bindFramebuffer(target: number, framebuffer: unknown): void;
  bindBuffer(target: number, buffer: unknown): void;
  finish(): void;
  isEnabled(capability: number): boolean;
  getError(): number;
};
type CreateGl = (width: number, height: number, options: { createWebGL2Context: boolean }) => HeadlessGl | null;

type Resizable = {
  /** Of our own context (webgl2/context.ts). */
  resizeDrawingBuffer?(width: number, height: number): void;
  /** Of gl's. */
  getExtension(name: string): { resize(width: number, height: number): void } | null;
};

const CONTEXT_LOST = 0x0507;
const CONTEXT_LOST_WEBGL = 0x9242;
/** OpenGL ES 3.0.6, table 2.3. */
const errorNames: Readonly<Record<number, string>> = {
  1280: "INVALID_ENUM",
  1281: "INVALID_VALUE",
  1282: "INVALID_OPERATION",
  1285: "OUT_OF_MEMORY",
  1286: "INVALID_FRAMEBUFFER_OPERATION",
};
/** A driver keeps at most one error of a kind; more in a row than there are kinds is a driver that never ends. */
const MAX_ERRORS_AT_ONCE = 8;

/** Throws `StreamError` "no-gl" when there is no driver or no display. */
export function createContext(size: PictureSize): HeadlessGl {
  const require = createRequire(import.meta.url);
  try {
    linkVulkanLoader(dirname(require.resolve("gl/package.json")));
  } catch {
    // A folder that cannot be written may have the link already; if not, what follows says so.
  }
  const createGl = require("gl") as CreateGl;
  const context = createGl(size.width, size.height, { createWebGL2Context: true });
  if (context === null)
    throw new StreamError("no-gl", "No OpenGL context could be made: no Vulkan driver and no display.");
  // Any call makes the context that gl has just made current in this thread.
  context.getError();
  return (openWebGl2(context, size) as unknown as HeadlessGl | null) ?? context;
}

/** Gives what stands for the canvas another size; its picture is lost. */
export function resizeContext(gl: HeadlessGl, { width, height }: PictureSize): void {
  const context = gl as unknown as Resizable;
  if (context.resizeDrawingBuffer !== undefined) context.resizeDrawingBuffer(width, height);
  else context.getExtension("STACKGL_resize_drawingbuffer")?.resize(width, height);
}

/** The names of the errors that there are now. Throws `StreamError` "no-gl" when the device was lost. */
export function readErrors(gl: HeadlessGl): string[] {
  const names: string[] = [];
  for (let count = 0; count < MAX_ERRORS_AT_ONCE; count += 1) {
    const code = gl.getError();
    if (code === 0) break;
    if (code === CONTEXT_LOST || code === CONTEXT_LOST_WEBGL) {
      throw new StreamError("no-gl", "The graphics device was lost.");
    }
    names.push(errorNames[code] ?? `error 0x${code.toString(16)}`);
  }
  return names;
}

/** As much of a canvas as three asks of it when it has a context already. */
export function canvasOf(size: PictureSize): never {
  const nothing = () => undefined;
  return { ...size, style: {}, addEventListener: nothing, removeEventListener: nothing } as never;
}

/**
 * Who draws, without what surrounds it: "ANGLE (Mesa, Vulkan 1.3.230 (llvmpipe (LLVM 15.0.6 256 bits) (0x00000000)),
 * llvmpipe)" → "llvmpipe (LLVM …)".
 */
export function driverOf(gl: HeadlessGl): string {
  const text = String(gl._getParameterDirect?.(gl.RENDERER) ?? gl.getParameter(gl.RENDERER));
  const vulkan = /Vulkan [\d.]+ \((.+) \(0x[0-9a-f]+\)/i.exec(text)?.[1];
  return vulkan ?? /^ANGLE \([^,]*, ([^,]*)/.exec(text)?.[1] ?? text;
}
