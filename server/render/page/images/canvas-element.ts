/** Owns `<canvas>` of a page. Render thread. */

import { HtmlElement } from "../dom/html-element.ts";
import type { PageDocument } from "../dom/page-document.ts";
import { CanvasSurface } from "./canvas-surface.ts";
import type { Pixels } from "./decode-image.ts";
import { OffscreenCanvas } from "./offscreen-canvas.ts";
import type { SkiaCanvas } from "./skia.ts";

/** A canvas, 300 by 150 pixels until it is told otherwise. */
export class CanvasElement extends HtmlElement {
  readonly #surface = new CanvasSurface(this, 300, 150);

  constructor(document: PageDocument | null) {
    super(document, "canvas");
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
  override get clientWidth(): number {
    return this.style["width"] === "" ? this.width : super.clientWidth;
  }
  override get clientHeight(): number {
    return this.style["height"] === "" ? this.height : super.clientHeight;
  }

  imagePixels(): Pixels | null {
    return this.#surface.pixels;
  }
  skiaCanvas(): SkiaCanvas {
    return this.#surface.canvas;
  }

  /** A context that draws on this canvas, "2d", "webgl" or "webgl2"; null for another kind than it has already. */
  getContext(kind: string, options?: object): object | null {
    return this.#surface.getContext(kind, options);
  }

  toDataURL(type?: string, quality?: number): string {
    return this.#surface.toDataUrl(type, quality);
  }

  toBlob(give: (blob: Blob) => void, type?: string, quality?: number): void {
    const blob = this.#surface.toBlob(type, quality);
    setImmediate(give, blob);
  }

  /** Gives an OffscreenCanvas of this size. What is drawn on it does not come here. */
  transferControlToOffscreen(): OffscreenCanvas {
    return new OffscreenCanvas(this.width, this.height);
  }

  captureStream(): never {
    throw new Error("A canvas of a scene gives no MediaStream. The picture itself is streamed.");
  }

  protected override handleAttribute(name: string, value: string | null): void {
    if (name === "width") this.width = Number(value ?? 300);
    if (name === "height") this.height = Number(value ?? 150);
  }
}
