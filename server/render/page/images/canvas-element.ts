/** Owns `<canvas>` of a page. Render thread. */

import { HtmlElement } from "../dom/html-element.ts";
import type { PageDocument } from "../dom/page-document.ts";
import type { PageEventTarget } from "../events/page-event-target.ts";
import { CanvasSurface } from "./canvas-surface.ts";
import type { Pixels } from "./decode-image.ts";
import { OffscreenCanvas } from "./offscreen-canvas.ts";
import { offeredPicture, type PictureCanvas } from "./picture-canvas.ts";
import type { SkiaCanvas } from "./skia.ts";

/** A canvas, 300 by 150 pixels until it is told otherwise. */
export class CanvasElement extends HtmlElement {
  readonly #surface = new CanvasSurface(this, 300, 150);

  constructor(document: PageDocument | null) {
    super(document, "canvas");
  }

  get width(): number {
    return this.#picture?.width ?? this.#surface.width;
  }
  set width(value: number) {
    if (this.#picture === null) this.#surface.width = value;
  }
  get height(): number {
    return this.#picture?.height ?? this.#surface.height;
  }
  set height(value: number) {
    if (this.#picture === null) this.#surface.height = value;
  }
  override get clientWidth(): number {
    if (this.#shown !== null) return this.#shown.width;
    return this.style["width"] === "" ? this.width : super.clientWidth;
  }
  override get clientHeight(): number {
    if (this.#shown !== null) return this.#shown.height;
    return this.style["height"] === "" ? this.height : super.clientHeight;
  }
  /** Its events come up even where the page has not put it into the document. */
  protected override get eventParent(): PageEventTarget | null {
    return super.eventParent ?? (this.#picture === null ? null : this.ownerDocument);
  }

  /** The picture, where this canvas shows it. */
  get #picture(): PictureCanvas | null {
    const picture = offeredPicture(this.ownerDocument);
    return picture?.isClaimedBy(this) === true ? picture : null;
  }
  /** The picture, where this canvas shows it or seems to be going to: one in the document, while none does. */
  get #shown(): PictureCanvas | null {
    const picture = offeredPicture(this.ownerDocument);
    return picture?.isClaimedBy(null) === true && this.isConnected ? picture : this.#picture;
  }

  imagePixels(): Pixels | null {
    if (this.#picture !== null) return null;
    return this.#surface.pixels;
  }
  skiaCanvas(): SkiaCanvas {
    return this.#surface.canvas;
  }

  /** A context that draws on this canvas, "2d", "webgl" or "webgl2"; null for another kind than it has already. */
  getContext(kind: string, options?: object): object | null {
    if (this.#picture === null && (kind !== "webgl2" || this.#surface.hasContext)) {
      return this.#surface.getContext(kind, options);
    }
    const context = kind === "webgl2" ? offeredPicture(this.ownerDocument)?.claim(this) : null;
    return context ?? (this.#picture === null ? this.#surface.getContext(kind, options) : null);
  }

  toDataURL(type?: string, quality?: number): string {
    this.#picture?.toDataURL();
    return this.#surface.toDataUrl(type, quality);
  }

  toBlob(give: (blob: Blob) => void, type?: string, quality?: number): void {
    this.#picture?.toDataURL();
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
