/**
 * Owns the OpenGL context of a process and three's renderer on it, and reads pictures back into memory. The only file
 * that imports gl. For the render thread: gl loads in one thread of a process and only once.
 *
 * A picture is drawn with three's rules for a page's canvas: tone mapping and the sRGB curve are applied in the shaders.
 * On a GPU it goes through a multisampled target (`isXRRenderTarget` makes three treat that like the canvas). Its samples
 * are resolved by blitFramebuffer, which wants the same format on both sides (OpenGL ES 3.0.6, 4.3.3), so the texture is
 * RGBA8 like the samples, and not SRGB8_ALPHA8, which three would choose for its colour space.
 */

import { createRequire } from "node:module";
import { dirname } from "node:path";
import { SRGBColorSpace, WebGLRenderer, WebGLRenderTarget } from "three";
import { StreamError } from "../../../shared/errors.ts";
import type { PictureSize } from "../../../shared/video.ts";
import { linkVulkanLoader } from "../../setup/link-vulkan-loader.mjs";
import type { RendererInfo } from "../render-protocol.ts";
import type { SceneParts } from "../scene.ts";
import { openWebGl2 } from "./webgl2/context.ts";

/** As much of a WebGL2 context as this file calls itself; three takes the whole. */
type HeadlessGl = {
  readonly RENDERER: number;
  readonly RGBA: number;
  readonly UNSIGNED_BYTE: number;
  readonly FRAMEBUFFER: number;
  getParameter(name: number): unknown;
  /** What the driver says, which `getParameter` hides. */
  _getParameterDirect?(name: number): unknown;
  readPixels(x: number, y: number, width: number, height: number, format: number, type: number, into: Uint8Array): void;
  finish(): void;
  getError(): number;
};
type CreateGl = (width: number, height: number, options: { createWebGL2Context: boolean }) => HeadlessGl | null;

/** Names of renderers that run on the CPU. */
const SOFTWARE = /llvmpipe|lavapipe|softpipe|swiftshader|software|swrast|warp/i;
const MSAA_SAMPLES = 4;
/** Mesa's software renderer reads 1920x1080 in one call in 5 ms, in strips of this size in under 1 ms (measured). */
const STRIP_BYTES = 2 * 1024 * 1024;
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

export class GlSurface {
  readonly renderer: WebGLRenderer;
  readonly info: RendererInfo;
  readonly size: PictureSize;
  readonly #gl: HeadlessGl;
  /** Where the picture is drawn: a multisampled target, or null for the context's own buffer, which has one sample. */
  readonly #target: WebGLRenderTarget | null;
  readonly #errors: string[] = [];

  /**
   * `asGpu` draws as on a GPU or as without one, whichever there is; null looks. Throws `StreamError` "no-gl" when there is
   * no driver or no display.
   */
  constructor(size: PictureSize, backend: RendererInfo["backend"], asGpu: boolean | null = null) {
    this.size = size;
    this.#gl = createContext(size);
    const name = String(this.#gl._getParameterDirect?.(this.#gl.RENDERER) ?? this.#gl.getParameter(this.#gl.RENDERER));
    this.info = { name: driverOf(name), isGpu: !SOFTWARE.test(name), backend };
    const canvas = canvasOf(size);
    Object.assign(this.#gl, { canvas });
    this.renderer = new WebGLRenderer({ canvas, context: this.#gl as never });
    this.renderer.setSize(size.width, size.height, false);
    this.#target = (asGpu ?? this.info.isGpu) ? multisampledTarget(size) : null;
  }

  /** Whether one drawing is already anti-aliased. If not, the caller may draw and read several times, and take the mean. */
  get isMultisampled(): boolean {
    return this.#target !== null;
  }

  /** Draws the scene and waits until it is drawn. */
  draw(parts: SceneParts): void {
    this.renderer.setRenderTarget(parts.render === undefined ? this.#target : null);
    if (parts.render === undefined) this.renderer.render(parts.scene, parts.camera);
    else parts.render();
    this.#gl.finish();
  }

  /** Copies the picture that was drawn last into `pixels`: RGBA, bottom row first. */
  read(parts: SceneParts, pixels: Uint8Array): void {
    this.#bindForReading(parts);
    this.#readStrips(pixels);
    this.#noteErrors();
  }

  /** The names of the OpenGL errors since the last call, in the order in which they were noticed. */
  takeErrors(): readonly string[] {
    return this.#errors.splice(0);
  }

  #noteErrors(): void {
    for (let count = 0; count < MAX_ERRORS_AT_ONCE; count += 1) {
      const code = this.#gl.getError();
      if (code === 0) return;
      if (code === CONTEXT_LOST || code === CONTEXT_LOST_WEBGL) {
        throw new StreamError("no-gl", "The graphics device was lost.");
      }
      this.#errors.push(errorNames[code] ?? `error 0x${code.toString(16)}`);
    }
  }

  /** A scene that renders by itself has its picture in the context's own buffer. */
  #bindForReading(parts: SceneParts): void {
    this.renderer.setRenderTarget(null);
    if (this.#target === null || parts.render !== undefined) return;
    const { __webglFramebuffer: framebuffer } = this.renderer.properties.get(this.#target) as {
      __webglFramebuffer: unknown;
    };
    this.renderer.state.bindFramebuffer(this.#gl.FRAMEBUFFER, framebuffer as never);
  }

  #readStrips(pixels: Uint8Array): void {
    const { width, height } = this.size;
    const gl = this.#gl;
    const rows = Math.max(1, Math.floor(STRIP_BYTES / (width * 4)));
    for (let row = 0; row < height; row += rows) {
      const count = Math.min(rows, height - row);
      gl.readPixels(0, row, width, count, gl.RGBA, gl.UNSIGNED_BYTE, pixels.subarray(row * width * 4));
    }
  }
}

function createContext(size: PictureSize): HeadlessGl {
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

/** As much of a canvas as three asks of it when it has a context already. */
function canvasOf(size: PictureSize): never {
  const nothing = () => undefined;
  return { ...size, style: {}, addEventListener: nothing, removeEventListener: nothing } as never;
}

function multisampledTarget(size: PictureSize): WebGLRenderTarget {
  const target = new WebGLRenderTarget(size.width, size.height, {
    samples: MSAA_SAMPLES,
    colorSpace: SRGBColorSpace,
    internalFormat: "RGBA8",
  });
  return Object.assign(target, { isXRRenderTarget: true });
}

/** "ANGLE (Mesa, Vulkan 1.3.230 (llvmpipe (LLVM 15.0.6 256 bits) (0x00000000)), llvmpipe)" → "llvmpipe (LLVM …)". */
function driverOf(text: string): string {
  const vulkan = /Vulkan [\d.]+ \((.+) \(0x[0-9a-f]+\)/i.exec(text)?.[1];
  return vulkan ?? /^ANGLE \([^,]*, ([^,]*)/.exec(text)?.[1] ?? text;
}
