/** Owns FontFace and `document.fonts`: fonts of files and addresses for text on canvases. Render thread. */

import { PageEventTarget } from "../events/page-event-target.ts";
import { skia } from "./skia.ts";

type FetchBytes = (address: string) => Promise<Uint8Array>;
type FontSource = string | ArrayBuffer | ArrayBufferView;

const URL_SOURCE = /url\(\s*(["']?)(.*?)\1\s*\)/;

/** The class FontFace of a page that fetches by `fetchBytes`. */
export function fontFaceOf(fetchBytes: FetchBytes): new (family: string, source: FontSource) => PageFontFace {
  return class FontFace extends PageFontFace {
    constructor(family: string, source: FontSource, descriptors: object = {}) {
      super(fetchBytes, family, source);
      Object.assign(this, descriptors);
      if (typeof source !== "string") this.load().catch(() => undefined);
    }
  };
}

class PageFontFace {
  readonly family: string;
  status: "unloaded" | "loading" | "loaded" | "error" = "unloaded";
  readonly #fetchBytes: FetchBytes;
  readonly #source: FontSource;
  #loaded: Promise<this> | null = null;

  constructor(fetchBytes: FetchBytes, family: string, source: FontSource) {
    this.family = family.replace(/^(["'])(.*)\1$/, "$2");
    this.#fetchBytes = fetchBytes;
    this.#source = source;
  }

  get loaded(): Promise<this> {
    return this.load();
  }

  load(): Promise<this> {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }

  async #load(): Promise<this> {
    this.status = "loading";
    try {
      const key = skia().GlobalFonts.register(Buffer.from(await this.#bytes()), this.family);
      if (key === null) throw new DOMException(`The font ${this.family} cannot be read.`, "SyntaxError");
      this.status = "loaded";
      return this;
    } catch (error) {
      this.status = "error";
      throw error;
    }
  }

  async #bytes(): Promise<Uint8Array> {
    const source = this.#source;
    if (typeof source === "string") {
      const address = URL_SOURCE.exec(source)?.[2];
      if (address === undefined) throw new DOMException("The source of a font is url(…) or bytes.", "SyntaxError");
      return await this.#fetchBytes(address);
    }
    return ArrayBuffer.isView(source)
      ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
      : new Uint8Array(source);
  }
}

/** `document.fonts`. */
export class FontFaceSet extends PageEventTarget {
  readonly #faces = new Set<PageFontFace>();

  get size(): number {
    return this.#faces.size;
  }
  get status(): "loaded" | "loading" {
    return [...this.#faces].some(({ status }) => status === "loading") ? "loading" : "loaded";
  }
  /** Resolves when the fonts that were added are loaded. */
  get ready(): Promise<this> {
    return Promise.allSettled([...this.#faces].map(({ loaded }) => loaded)).then(() => this);
  }

  add(face: PageFontFace): this {
    this.#faces.add(face);
    return this;
  }
  delete(face: PageFontFace): boolean {
    return this.#faces.delete(face);
  }
  clear(): void {
    this.#faces.clear();
  }
  has(face: PageFontFace): boolean {
    return this.#faces.has(face);
  }
  /** Fonts of the system are always there. */
  check(): boolean {
    return true;
  }
  async load(font: string): Promise<PageFontFace[]> {
    const faces = [...this.#faces].filter(({ family }) => font.includes(family));
    return await Promise.all(faces.map((face) => face.load()));
  }
  forEach(call: (face: PageFontFace) => void): void {
    for (const face of this.#faces) call(face);
  }
  [Symbol.iterator](): IterableIterator<PageFontFace> {
    return this.#faces.values();
  }
}
