/**
 * Owns drawing with WebGL: the OpenGL context of a process, three's renderer on it, and how pictures are read back into
 * memory. In the render thread.
 *
 * A picture is drawn with three's rules for a page's canvas: tone mapping and the sRGB curve are applied in the shaders.
 * On a GPU it goes through a multisampled target (`isXRRenderTarget` makes three treat that like the canvas). Its samples
 * are resolved by blitFramebuffer, which wants the same format on both sides (OpenGL ES 3.0.6, 4.3.3), so the texture is
 * RGBA8 like the samples, and not SRGB8_ALPHA8, which three would choose for its colour space.
 *
 * What is read is I420 on a GPU, made there (i420-pass.ts): it is less than half of what RGBA would be on the way into
 * memory, and the encoder has nothing to convert. A program on the CPU is slower at that than swscale, so there it is RGBA;
 * and so it is where a page draws with a renderer of its own, which knows nothing of what else is done to the context.
 */

import { FramebufferTexture, SRGBColorSpace, type Texture, WebGLRenderer, WebGLRenderTarget } from "three";
import type { PictureSize } from "../../../shared/video.ts";
import type { FramePixels } from "../../frames/frame-ring.ts";
import type { RendererInfo } from "../render-protocol.ts";
import type { SceneParts } from "../scene.ts";
import { canvasOf, createContext, driverOf, type HeadlessGl, readErrors } from "./headless-gl.ts";
import { I420Pass } from "./i420-pass.ts";
import { isDrawn, type Surface } from "./surface.ts";

/** Names of renderers that run on the CPU. */
const SOFTWARE = /llvmpipe|lavapipe|softpipe|swiftshader|software|swrast|warp/i;
const MSAA_SAMPLES = 4;
const READ_FRAMEBUFFER = 0x8ca8;
const READ_FRAMEBUFFER_BINDING = 0x8caa;
const PIXEL_PACK_BUFFER = 0x88eb;
const PIXEL_PACK_BUFFER_BINDING = 0x88ed;
/**
 * Mesa's software renderer reads 1920x1080 in one call in 5 ms, in strips of this size in under 1 ms; a GPU behind Vulkan is
 * two to three times faster so, too (both measured).
 */
const STRIP_BYTES = 2 * 1024 * 1024;

export type WebGlSurfaceOptions = {
  readonly size: PictureSize;
  readonly backend: RendererInfo["backend"];
  /** Draws as on a GPU or as without one, whichever there is; null looks. */
  readonly asGpu?: boolean | null;
  /** Makes I420 of pictures, or reads them as RGBA alone; null is the former as on a GPU. */
  readonly i420?: boolean | null;
};

export class WebGlSurface implements Surface {
  readonly renderer: WebGLRenderer;
  readonly info: RendererInfo;
  readonly size: PictureSize;
  readonly lag = 0;
  readonly #gl: HeadlessGl;
  /** Where the picture is drawn: a multisampled target, or null for the context's own buffer, which has one sample. */
  readonly #target: WebGLRenderTarget | null;
  readonly #i420: I420Pass | null;
  /** A copy of the context's own buffer, which no shader can read. */
  #copy: FramebufferTexture | null = null;
  /** Whether the newest picture is in the context's own buffer: the scene renders by itself, or nothing is multisampled. */
  #isInOwnBuffer = true;
  /** Whether the newest picture is one that a page drew. */
  #isOfPage = false;
  readonly #errors: string[] = [];

  /** Throws `StreamError` "no-gl" when there is no driver or no display. */
  constructor({ size, backend, asGpu = null, i420 = null }: WebGlSurfaceOptions) {
    this.size = size;
    this.#gl = createContext(size);
    const name = driverOf(this.#gl);
    this.info = { name, isGpu: !SOFTWARE.test(name), backend };
    const canvas = canvasOf(size);
    Object.assign(this.#gl, { canvas });
    this.renderer = new WebGLRenderer({ canvas, context: this.#gl as never });
    this.renderer.setSize(size.width, size.height, false);
    const drawsAsGpu = asGpu ?? this.info.isGpu;
    this.#target = drawsAsGpu ? multisampledTarget(size) : null;
    this.#i420 = (i420 ?? drawsAsGpu) ? new I420Pass(size) : null;
  }

  get isMultisampled(): boolean {
    return this.#target !== null;
  }

  get givesI420(): boolean {
    return this.#i420 !== null && !this.#isOfPage;
  }

  /** Draws the scene and waits until it is drawn. */
  draw(parts: SceneParts): void {
    const wasOfPage = this.#isOfPage;
    this.#isOfPage = isDrawn in parts;
    if (this.#isOfPage) return this.#gl.finish();
    if (wasOfPage) this.renderer.resetState();
    this.#isInOwnBuffer = parts.render !== undefined || this.#target === null;
    this.renderer.setRenderTarget(parts.render === undefined ? this.#target : null);
    if (parts.render === undefined) this.renderer.render(parts.scene, parts.camera);
    else parts.render();
    this.#gl.finish();
  }

  /** Copies the picture that was drawn last. Afterwards the renderer draws into its canvas again. */
  read({ rgba, i420 }: FramePixels): void {
    const { width, height } = this.size;
    if (this.#isOfPage) return this.#readOfPage(rgba, width, height);
    if (rgba !== null) {
      this.#bindPicture();
      this.#readStrips(rgba, width, height);
    }
    if (i420 !== null && this.#i420 !== null) {
      const { target } = this.#i420;
      this.#i420.draw(this.renderer, this.#pictureTexture());
      this.#readStrips(i420, target.width, target.height);
    }
    this.renderer.setRenderTarget(null);
    this.#errors.push(...readErrors(this.#gl));
  }

  takeErrors(): readonly string[] {
    return this.#errors.splice(0);
  }

  /** Leaves the context as the page's renderer knows it. */
  #readOfPage(rgba: Uint8Array | null, width: number, height: number): void {
    const gl = this.#gl;
    const [target, buffer] = [gl.getParameter(READ_FRAMEBUFFER_BINDING), gl.getParameter(PIXEL_PACK_BUFFER_BINDING)];
    gl.bindFramebuffer(READ_FRAMEBUFFER, null);
    gl.bindBuffer(PIXEL_PACK_BUFFER, null);
    if (rgba !== null) this.#readStrips(rgba, width, height);
    gl.bindBuffer(PIXEL_PACK_BUFFER, buffer);
    gl.bindFramebuffer(READ_FRAMEBUFFER, target);
    this.#errors.push(...readErrors(gl));
  }

  /** Binds what the picture can be read from: of the multisampled target the texture into which three resolved it. */
  #bindPicture(): void {
    this.renderer.setRenderTarget(null);
    if (this.#isInOwnBuffer || this.#target === null) return;
    const { __webglFramebuffer: framebuffer } = this.renderer.properties.get(this.#target) as {
      __webglFramebuffer: unknown;
    };
    this.renderer.state.bindFramebuffer(this.#gl.FRAMEBUFFER, framebuffer as never);
  }

  #pictureTexture(): Texture {
    if (!this.#isInOwnBuffer && this.#target !== null) return this.#target.texture;
    this.#copy ??= new FramebufferTexture(this.size.width, this.size.height);
    this.renderer.setRenderTarget(null);
    this.renderer.copyFramebufferToTexture(this.#copy);
    return this.#copy;
  }

  #readStrips(pixels: Uint8Array, width: number, height: number): void {
    const gl = this.#gl;
    const rows = Math.max(1, Math.floor(STRIP_BYTES / (width * 4)));
    for (let row = 0; row < height; row += rows) {
      const count = Math.min(rows, height - row);
      gl.readPixels(0, row, width, count, gl.RGBA, gl.UNSIGNED_BYTE, pixels.subarray(row * width * 4));
    }
  }
}

function multisampledTarget(size: PictureSize): WebGLRenderTarget {
  const target = new WebGLRenderTarget(size.width, size.height, {
    samples: MSAA_SAMPLES,
    colorSpace: SRGBColorSpace,
    internalFormat: "RGBA8",
  });
  return Object.assign(target, { isXRRenderTarget: true });
}
