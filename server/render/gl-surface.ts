/**
 * Owns the OpenGL context of a process and three's renderer on it, and reads pictures back into memory. The only file
 * that imports gl. For the render thread: gl loads in one thread of a process and only once.
 *
 * A picture is drawn with three's rules for a page's canvas: tone mapping and the sRGB curve are applied in the shaders.
 * On a GPU it goes through a multisampled target (`isXRRenderTarget` makes three treat that like the canvas).
 */

import { createRequire } from "node:module";
import { dirname } from "node:path";
import { SRGBColorSpace, WebGLRenderer, WebGLRenderTarget } from "three";
import { StreamError } from "../../shared/errors.ts";
import type { PictureSize } from "../../shared/video.ts";
import { linkVulkanLoader } from "../setup/link-vulkan-loader.mjs";
import type { RendererInfo } from "./render-protocol.ts";
import type { SceneParts } from "./scene.ts";

/** As much of a WebGL2 context as this file calls itself; three takes the whole. */
type HeadlessGl = {
  readonly RENDERER: number;
  readonly RGBA: number;
  readonly UNSIGNED_BYTE: number;
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

export class GlSurface {
  readonly renderer: WebGLRenderer;
  readonly info: RendererInfo;
  readonly size: PictureSize;
  readonly #gl: HeadlessGl;
  /** Where the picture is drawn: a multisampled target, or null for the context's own buffer, which has one sample. */
  readonly #target: WebGLRenderTarget | null;

  /** Throws `StreamError` "no-gl" when there is no driver or no display. */
  constructor(size: PictureSize, backend: RendererInfo["backend"]) {
    this.size = size;
    this.#gl = createContext(size);
    const name = String(this.#gl._getParameterDirect?.(this.#gl.RENDERER) ?? this.#gl.getParameter(this.#gl.RENDERER));
    this.info = { name: driverOf(name), isGpu: !SOFTWARE.test(name), backend };
    this.renderer = new WebGLRenderer({ canvas: canvasOf(size), context: this.#gl as never });
    this.renderer.setSize(size.width, size.height, false);
    this.#target = this.info.isGpu ? multisampledTarget(size) : null;
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
    const { width, height } = this.size;
    if (this.#target === null || parts.render !== undefined) {
      this.renderer.setRenderTarget(null);
      this.#readStrips(pixels);
    } else {
      this.renderer.readRenderTargetPixels(this.#target, 0, 0, width, height, pixels);
    }
    const code = this.#gl.getError();
    if (code === CONTEXT_LOST || code === CONTEXT_LOST_WEBGL) {
      throw new StreamError("no-gl", "The graphics device was lost.");
    }
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
  return context;
}

/** As much of a canvas as three asks of it when it has a context already. */
function canvasOf(size: PictureSize): never {
  const nothing = () => undefined;
  return { ...size, style: {}, addEventListener: nothing, removeEventListener: nothing } as never;
}

function multisampledTarget(size: PictureSize): WebGLRenderTarget {
  const target = new WebGLRenderTarget(size.width, size.height, { samples: MSAA_SAMPLES, colorSpace: SRGBColorSpace });
  return Object.assign(target, { isXRRenderTarget: true });
}

/** "ANGLE (Mesa, Vulkan 1.3.230 (llvmpipe (LLVM 15.0.6 256 bits) (0x00000000)), llvmpipe)" → "llvmpipe (LLVM …)". */
function driverOf(text: string): string {
  const vulkan = /Vulkan [\d.]+ \((.+) \(0x[0-9a-f]+\)/i.exec(text)?.[1];
  return vulkan ?? /^ANGLE \([^,]*, ([^,]*)/.exec(text)?.[1] ?? text;
}
