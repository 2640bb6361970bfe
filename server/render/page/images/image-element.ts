/** Owns `<img>` of a page: loads and decodes what its `src` names. Nothing is shown. Render thread. */

import { HtmlElement } from "../dom/html-element.ts";
import type { PageDocument } from "../dom/page-document.ts";
import { makeErrorEvent, makeEvent } from "../events/input-events.ts";
import { inFlight } from "../network/in-flight.ts";
import { decodeImage, type Pixels } from "./decode-image.ts";
import { type SkiaCanvas, skiaCanvasOf } from "./skia.ts";

export class ImageElement extends HtmlElement {
  crossOrigin: string | null = null;
  decoding = "auto";
  loading = "eager";
  #pixels: Pixels | null = null;
  #canvas: SkiaCanvas | null = null;
  #loading: Promise<void> | null = null;

  constructor(document: PageDocument | null) {
    super(document, "img");
  }

  get src(): string {
    return this.addressOf("src");
  }
  set src(value: string) {
    this.setAttribute("src", value);
  }
  get currentSrc(): string {
    return this.src;
  }
  get alt(): string {
    return this.getAttribute("alt") ?? "";
  }
  set alt(value: string) {
    this.setAttribute("alt", value);
  }
  get complete(): boolean {
    return this.#loading === null;
  }
  get naturalWidth(): number {
    return this.#pixels?.width ?? 0;
  }
  get naturalHeight(): number {
    return this.#pixels?.height ?? 0;
  }
  get width(): number {
    return Number(this.getAttribute("width") ?? this.naturalWidth);
  }
  set width(value: number) {
    this.setAttribute("width", value);
  }
  get height(): number {
    return Number(this.getAttribute("height") ?? this.naturalHeight);
  }
  set height(value: number) {
    this.setAttribute("height", value);
  }

  /** Resolves when the image can be drawn. */
  async decode(): Promise<void> {
    await this.#loading;
    if (this.#pixels === null) throw new DOMException("The image cannot be decoded.", "EncodingError");
  }

  imagePixels(): Pixels | null {
    return this.#pixels;
  }
  skiaCanvas(): SkiaCanvas {
    if (this.#pixels === null) throw new DOMException("The image is not loaded.", "InvalidStateError");
    const { data, width, height } = this.#pixels;
    this.#canvas ??= skiaCanvasOf(data, width, height);
    return this.#canvas;
  }

  protected override handleAttribute(name: string, value: string | null): void {
    if (name !== "src") return;
    this.#pixels = null;
    this.#canvas = null;
    this.#loading = null;
    if (value === null || value === "") return;
    const loading: Promise<void> = inFlight(this.#load(this.src)).then(
      (loaded) => this.#end(loading, loaded, null),
      (error: unknown) => this.#end(loading, null, error),
    );
    this.#loading = loading;
  }

  async #load(address: string): Promise<Pixels> {
    const view = this.ownerDocument?.defaultView;
    if (!view) throw new Error("The image is in no page.");
    const response = await view.fetch(address);
    if (!response.ok) throw new Error(`${address} gave status ${response.status}: ${response.statusText}`);
    try {
      return await decodeImage(new Uint8Array(await response.arrayBuffer()));
    } catch (error) {
      throw new Error(`${address}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }

  #end(loading: Promise<void>, loaded: Pixels | null, error: unknown): void {
    // Another src was set meanwhile.
    if (loading !== this.#loading) return;
    this.#loading = null;
    this.#pixels = loaded;
    this.noteChange();
    this.deliver(loaded === null ? makeErrorEvent(error) : makeEvent("load"));
  }
}
