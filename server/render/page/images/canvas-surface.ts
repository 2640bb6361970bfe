/**
 * Owns what a canvas of a page is drawn on: its size, its 2D context and what can be taken from it. Both `<canvas>` and
 * OffscreenCanvas have one. In the render thread and the workers of scenes.
 */

import type { Pixels } from "./decode-image.ts";
import { GlCanvas } from "./gl-canvas.ts";
import { createSkiaCanvas, type SkiaCanvas, type SkiaContext, skiaCanvasOf } from "./skia.ts";

const KINDS_OF_GL = ["webgl", "webgl2", "experimental-webgl"];

export class CanvasSurface {
  readonly #owner: object;
  #width: number;
  #height: number;
  #canvas: SkiaCanvas | null = null;
  #context: SkiaContext | null = null;
  #gl: GlCanvas | null = null;

  /** `owner` is what the context knows as its `canvas`. The size is in pixels. */
  constructor(owner: object, width: number, height: number) {
    this.#owner = owner;
    this.#width = width;
    this.#height = height;
  }

  get width(): number {
    return this.#width;
  }
  set width(value: number) {
    this.#width = sizeOf(value, 300);
    this.#gl?.resize(Math.max(1, this.#width), Math.max(1, this.#height));
    if (this.#canvas !== null) this.#canvas.width = Math.max(1, this.#width);
  }
  get height(): number {
    return this.#height;
  }
  set height(value: number) {
    this.#height = sizeOf(value, 150);
    this.#gl?.resize(Math.max(1, this.#width), Math.max(1, this.#height));
    if (this.#canvas !== null) this.#canvas.height = Math.max(1, this.#height);
  }

  get hasContext(): boolean {
    return this.#context !== null || this.#gl !== null;
  }

  /** The canvas of Skia, made at first use; of one that WebGL draws, a copy. */
  get canvas(): SkiaCanvas {
    if (this.#gl !== null) {
      const { data, width, height } = this.#gl.pixels;
      return skiaCanvasOf(data, width, height);
    }
    this.#canvas ??= createSkiaCanvas(this.#width, this.#height);
    return this.#canvas;
  }

  /** What has been drawn; black and transparent where nothing has. */
  get pixels(): Pixels {
    if (this.#gl !== null) return this.#gl.pixels;
    const [width, height] = [Math.max(1, this.#width), Math.max(1, this.#height)];
    if (this.#canvas === null) return { data: new Uint8ClampedArray(width * height * 4), width, height };
    const { data } = this.#context2d().getImageData(0, 0, width, height);
    return { data, width, height };
  }

  /** The 2D context, or one of WebGL; null for other kinds, and where the canvas has a context of another kind. */
  getContext(kind: string, options: object = {}): object | null {
    if (kind === "2d") return this.#gl === null ? this.#context2d() : null;
    if (!KINDS_OF_GL.includes(kind) || this.#context !== null) return null;
    const isWebGl2 = kind === "webgl2";
    const size = [Math.max(1, this.#width), Math.max(1, this.#height)] as const;
    this.#gl ??= GlCanvas.create(this.#owner, size, isWebGl2, options);
    return this.#gl?.isWebGl2 === isWebGl2 ? this.#gl.context : null;
  }

  /** The canvas as a file of this type: image/png, image/jpeg, image/webp or image/avif. `quality` is from 0 to 1. */
  toBlob(type: string = "image/png", quality?: number): Blob {
    const percent = Math.round((quality ?? 0.92) * 100);
    const { canvas } = this;
    switch (type) {
      case "image/jpeg":
        return blobOf(canvas.toBuffer("image/jpeg", percent), type);
      case "image/webp":
        return blobOf(canvas.toBuffer("image/webp", percent), type);
      default:
        return blobOf(canvas.toBuffer("image/png"), "image/png");
    }
  }

  toDataUrl(type: string = "image/png", quality?: number): string {
    const { canvas } = this;
    if (type === "image/jpeg") return canvas.toDataURL("image/jpeg", quality ?? 0.92);
    if (type === "image/webp") return canvas.toDataURL("image/webp", quality ?? 0.92);
    return canvas.toDataURL("image/png");
  }

  #context2d(): SkiaContext {
    if (this.#context === null) {
      this.#context = this.canvas.getContext("2d");
      Object.defineProperty(this.#context, "canvas", { value: this.#owner, configurable: true });
    }
    return this.#context;
  }
}

function blobOf(bytes: Uint8Array, type: string): Blob {
  return new Blob([new Uint8Array(bytes)], { type });
}

function sizeOf(value: unknown, fallback: number): number {
  const size = Math.floor(Number(value));
  return Number.isFinite(size) && size >= 0 ? size : fallback;
}
