/**
 * Owns drawing with WebGL: the OpenGL context of a process, three's renderer on it, and how pictures are read back into
 * memory. In the render thread.
 *
 * On a GPU a picture goes through a multisampled target (drawing-target.ts). One of all around is looked up in six (panorama-pass.ts),
 * into the context's own buffer.
 *
 * Without a GPU it may be drawn smaller, into a part of the buffer, by three's pixel ratio: what three sizes in pixels is
 * sized by it, and a scene reads from the renderer what it would in a page. Scenes that render by themselves
 * have targets of their own, so they are always drawn whole.
 *
 * What is read is I420 on a GPU, made there (i420-pass.ts): it is less than half of what RGBA would be on the way into
 * memory, and the encoder has nothing to convert. A program on the CPU is slower at that than swscale, so there it is RGBA;
 * and so it is where a page draws with a renderer of its own, which knows nothing of what else is done to the context.
 */

import { FramebufferTexture, type Texture, WebGLRenderer, type WebGLRenderTarget } from "three";
import type { PictureSize } from "../../../shared/video.ts";
import type { FramePixels } from "../../frames/frame-ring.ts";
import type { Overlay, OverlayQuad } from "../overlay.ts";
import { isPerspective, panoramaOf, type ResolvedPanorama, usualPanorama } from "../panorama-camera.ts";
import type { RendererInfo } from "../render-protocol.ts";
import type { SceneParts } from "../scene.ts";
import type { GlObject } from "./drawing-gl.ts";
import { drawingTarget, MSAA_SAMPLES } from "./drawing-target.ts";
import { canvasOf, createContext, driverOf, type HeadlessGl, readErrors, resizeContext } from "./headless-gl.ts";
import { I420Pass } from "./i420-pass.ts";
import { keepConditionsOpaque } from "./opaque-conditions.ts";
import { OverlayPass } from "./overlay-pass.ts";
import { PanoramaPass } from "./panorama-pass.ts";
import { drawRows, drawSmaller } from "./partial-drawing.ts";
import { watchShaders } from "./pixel-sized-shaders.ts";
import { type DrawingOptions, isDrawn, type Rows, type Surface } from "./surface.ts";

/** Names of renderers that run on the CPU. */
const SOFTWARE = /llvmpipe|lavapipe|softpipe|swiftshader|software|swrast|warp/i;
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
  /** Draws all around the camera of any scene. Default: where its camera says so. */
  readonly panorama?: boolean;
};

export class WebGlSurface implements Surface {
  readonly renderer: WebGLRenderer;
  readonly info: RendererInfo;
  readonly lag = 0;
  readonly #gl: HeadlessGl;
  /** Where the picture is drawn: a multisampled target, or null for the context's own buffer, which has one sample. */
  readonly #target: WebGLRenderTarget | null;
  readonly #i420: I420Pass | null;
  #size: PictureSize;
  /** A copy of the context's own buffer, which no shader can read. */
  #copy: FramebufferTexture | null = null;
  /** Whether the newest picture is in the context's own buffer: the scene renders by itself, or nothing is multisampled. */
  #isInOwnBuffer = true;
  /** What was drawn last: how large, and which rows of it. */
  #drawn: { readonly size: PictureSize; readonly rows: Rows };
  #countsInPixels = false;
  /** The renderer's own, which in a scene's page do nothing. */
  readonly #setPixelRatio: (ratio: number) => void;
  readonly #setSize: WebGLRenderer["setSize"];
  readonly #overlayPass: OverlayPass;
  readonly #panoramaPass: PanoramaPass;
  readonly #isPanorama: boolean;
  #overlay: Overlay | null = null;
  #quads: readonly OverlayQuad[] = [];
  /** Where the newest picture is with what lies over it; null where nothing does. */
  #composed: GlObject = null;
  /** Whether the newest picture is one that a page drew. */
  #isOfPage = false;
  readonly #errors: string[] = [];

  /** Throws `StreamError` "no-gl" when there is no driver or no display. */
  constructor({ size, backend, asGpu = null, i420 = null, panorama = false }: WebGlSurfaceOptions) {
    this.#size = size;
    this.#gl = createContext(size);
    this.#drawn = { size, rows: allRowsOf(size) };
    const name = driverOf(this.#gl);
    if (backend === "vulkan" && SOFTWARE.test(name)) keepConditionsOpaque(this.#gl);
    // It looks at what the scene gave, so it comes before.
    watchShaders(this.#gl, () => {
      this.#countsInPixels = true;
    });
    this.#overlayPass = new OverlayPass(this.#gl as never, size);
    this.info = { name, isGpu: !SOFTWARE.test(name), backend };
    const canvas = canvasOf(size);
    Object.assign(this.#gl, { canvas });
    this.renderer = new WebGLRenderer({ canvas, context: this.#gl as never });
    this.renderer.setSize(size.width, size.height, false);
    this.#setPixelRatio = this.renderer.setPixelRatio.bind(this.renderer);
    this.#setSize = this.renderer.setSize.bind(this.renderer);
    const drawsAsGpu = asGpu ?? this.info.isGpu;
    const sized = { renderer: this.renderer, setSize: this.#setSize, setPixelRatio: this.#setPixelRatio };
    this.#panoramaPass = new PanoramaPass(sized, drawsAsGpu ? MSAA_SAMPLES : 0);
    this.#isPanorama = panorama;
    this.#target = drawsAsGpu ? drawingTarget(size, MSAA_SAMPLES) : null;
    this.#i420 = (i420 ?? drawsAsGpu) ? new I420Pass(size) : null;
  }

  get size(): PictureSize {
    return this.#size;
  }

  resize(size: PictureSize): void {
    this.#size = size;
    this.#drawn = { size, rows: allRowsOf(size) };
    resizeContext(this.#gl, size);
    this.#setSize(size.width, size.height, false);
    this.#target?.setSize(size.width, size.height);
    this.#overlayPass.resize(size);
    this.#copy?.dispose();
    this.#copy = null;
    this.#i420?.resize(size);
  }

  get isMultisampled(): boolean {
    return this.#target !== null;
  }

  get givesI420(): boolean {
    return this.#i420 !== null && !this.#isOfPage;
  }

  canScale(parts: SceneParts): boolean {
    if (isDrawn in parts) return false;
    return parts.render === undefined && this.#target === null && this.#i420 === null && !this.#countsInPixels;
  }

  canDrawRows(parts: SceneParts): boolean {
    return parts.render === undefined && this.panoramaOf(parts) === null;
  }

  panoramaOf(parts: SceneParts): ResolvedPanorama | null {
    if (isDrawn in parts || parts.render !== undefined || !isPerspective(parts.camera)) return null;
    return panoramaOf(parts.camera) ?? (this.#isPanorama ? usualPanorama : null);
  }

  wantsPanorama({ camera }: SceneParts): boolean {
    return this.#isPanorama || panoramaOf(camera) !== null;
  }

  setOverlay(overlay: Overlay | null): void {
    this.#overlay = overlay;
    this.#quads = [];
  }

  takeOverlay(): void {
    this.#quads = this.#overlay?.quads() ?? [];
  }

  /** Draws the scene and waits until it is drawn. */
  draw(parts: SceneParts, options: DrawingOptions = {}): void {
    this.#drawParts(parts, options);
    if (options.isSample !== true) this.takeOverlay();
    // What lies over the picture has its places on a flat one.
    if (this.panoramaOf(parts) !== null) this.#quads = [];
    this.#composed = null;
    if (this.#quads.length > 0) {
      const framebuffer = this.#pictureFramebuffer();
      this.#composed = this.#overlayPass.compose({ framebuffer, ...this.#drawn }, this.#quads);
    }
    this.#gl.finish();
  }

  #drawParts(parts: SceneParts, { scale = 1, rows }: DrawingOptions): void {
    const wasOfPage = this.#isOfPage;
    this.#isOfPage = isDrawn in parts;
    if (this.#isOfPage) {
      this.#isInOwnBuffer = true;
      this.#drawn = { size: this.size, rows: allRowsOf(this.size) };
      return;
    }
    if (wasOfPage) this.renderer.resetState();
    const panorama = this.panoramaOf(parts);
    this.#isInOwnBuffer = panorama !== null || parts.render !== undefined || this.#target === null;
    const { width, height } = this.size;
    const size = { width: Math.floor(width * scale), height: Math.floor(height * scale) };
    this.#drawn = { size, rows: rows ?? allRowsOf(size) };
    if (parts.render !== undefined) {
      this.renderer.setRenderTarget(null);
      parts.render();
    } else if (panorama !== null) {
      this.#panoramaPass.draw(parts, panorama, size, this.size);
    } else if (scale !== 1) drawSmaller(this.renderer, this.#setPixelRatio, scale, () => this.#render(parts));
    else if (rows !== undefined) drawRows(this.renderer, width, rows, () => this.#render(parts));
    else this.#render(parts);
  }

  /** Copies the picture that was drawn last. Afterwards the renderer draws into its canvas again. */
  read({ rgba, i420 }: FramePixels): PictureSize {
    const { size, rows } = this.#drawn;
    if (this.#isOfPage) return this.#readOfPage(rgba);
    if (rgba !== null) {
      this.#bindPicture();
      this.#readStrips(rgba, size.width, rows);
    }
    if (i420 !== null && this.#i420 !== null) {
      const { target } = this.#i420;
      this.#i420.draw(this.renderer, this.#pictureTexture());
      this.#readStrips(i420, target.width, allRowsOf(target));
    }
    this.renderer.setRenderTarget(null);
    this.#errors.push(...readErrors(this.#gl));
    return size;
  }

  takeErrors(): readonly string[] {
    return this.#errors.splice(0);
  }

  /** Leaves the context as the page's renderer knows it. */
  #readOfPage(rgba: Uint8Array | null): PictureSize {
    const gl = this.#gl;
    const [target, buffer] = [gl.getParameter(READ_FRAMEBUFFER_BINDING), gl.getParameter(PIXEL_PACK_BUFFER_BINDING)];
    gl.bindFramebuffer(READ_FRAMEBUFFER, this.#composed);
    gl.bindBuffer(PIXEL_PACK_BUFFER, null);
    if (rgba !== null) this.#readStrips(rgba, this.size.width, allRowsOf(this.size));
    gl.bindBuffer(PIXEL_PACK_BUFFER, buffer);
    gl.bindFramebuffer(READ_FRAMEBUFFER, target);
    this.#errors.push(...readErrors(gl));
    return this.size;
  }

  /** Where the picture was drawn: of the multisampled target the texture into which three resolved it. */
  #pictureFramebuffer(): GlObject {
    if (this.#isInOwnBuffer || this.#target === null) return null;
    return (this.renderer.properties.get(this.#target) as { __webglFramebuffer: GlObject }).__webglFramebuffer;
  }

  /** Binds what the picture can be read from. */
  #bindPicture(): void {
    this.renderer.setRenderTarget(null);
    const framebuffer = this.#composed ?? this.#pictureFramebuffer();
    if (framebuffer !== null) this.renderer.state.bindFramebuffer(this.#gl.FRAMEBUFFER, framebuffer as never);
  }

  #pictureTexture(): Texture {
    if (this.#composed === null && !this.#isInOwnBuffer && this.#target !== null) return this.#target.texture;
    this.#copy ??= new FramebufferTexture(this.size.width, this.size.height);
    this.#bindPicture();
    this.renderer.copyFramebufferToTexture(this.#copy);
    return this.#copy;
  }

  #render({ scene, camera }: SceneParts): void {
    this.renderer.setRenderTarget(this.#target);
    this.renderer.render(scene, camera);
  }

  #readStrips(pixels: Uint8Array, width: number, rows: Rows): void {
    const gl = this.#gl;
    const end = rows.first + rows.count;
    const most = Math.max(1, Math.floor(STRIP_BYTES / (width * 4)));
    for (let row = rows.first; row < end; row += most) {
      const count = Math.min(most, end - row);
      gl.readPixels(0, row, width, count, gl.RGBA, gl.UNSIGNED_BYTE, pixels.subarray(row * width * 4));
    }
  }
}

function allRowsOf({ height }: PictureSize): Rows {
  return { first: 0, count: height };
}
