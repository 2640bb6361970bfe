/** Owns OffscreenCanvas. In the render thread and the workers of scenes. */

import { PageEventTarget } from "../events/page-event-target.ts";
import { CanvasSurface } from "./canvas-surface.ts";
import type { Pixels } from "./decode-image.ts";
import { ImageBitmap } from "./image-bitmap.ts";
import type { SkiaCanvas } from "./skia.ts";

export class OffscreenCanvas extends PageEventTarget {
  readonly #surface: CanvasSurface;

  constructor(width: number, height: number) {
    super(null, (error) => console.error(error));
    this.#surface = new CanvasSurface(this, Math.floor(width), Math.floor(height));
  }

  get width(): number {
    return this.#surface.width;
  }
  set width(value: number) {
    this.#surface.width = value;
  }
  get height(): number {
    return this.#surface.height;
  }
  set height(value: number) {
    this.#surface.height = value;
  }

  imagePixels(): Pixels | null {
    return this.#surface.pixels;
  }
  skiaCanvas(): SkiaCanvas {
    return this.#surface.canvas;
  }

  getContext(kind: string, options?: object): object | null {
    return this.#surface.getContext(kind, options);
  }

  convertToBlob({ type, quality }: { type?: string; quality?: number } = {}): Promise<Blob> {
    return Promise.resolve(this.#surface.toBlob(type, quality));
  }

  transferToImageBitmap(): ImageBitmap {
    const bitmap = new ImageBitmap(this.#surface.pixels);
    this.width = this.#surface.width;
    return bitmap;
  }
}
