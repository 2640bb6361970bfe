/** Owns the classes that a page has by name. Those of Skia are loaded when they are first asked for. Render thread. */

import { DomRect } from "./dom/dom-rect.ts";
import { AnchorElement, HtmlElement, ScriptElement, SvgElement } from "./dom/html-element.ts";
import { PageDocument } from "./dom/page-document.ts";
import { PageElement } from "./dom/page-element.ts";
import { NodeList, PageFragment, PageNode, PageText } from "./dom/page-node.ts";
import { XMLSerializer } from "./dom/parser.ts";
import { LinkElement, StyleElement } from "./dom/sheet-elements.ts";
import { eventClasses } from "./events/event-classes.ts";
import type { PageEventTarget } from "./events/page-event-target.ts";
import { CanvasElement } from "./images/canvas-element.ts";
import { contextClass } from "./images/gl-canvas.ts";
import { createImageBitmap, ImageBitmap } from "./images/image-bitmap.ts";
import { ImageElement } from "./images/image-element.ts";
import { OffscreenCanvas } from "./images/offscreen-canvas.ts";
import { createSkiaCanvas, skia } from "./images/skia.ts";
import { VideoElement } from "./images/video-element.ts";
import { FileReader } from "./network/file-reader.ts";
import { Storage } from "./storage.ts";

const plainTags =
  "Div Span Input Button Select Option Label Paragraph Heading Table UList LI Body Head Html Media Audio";

/** The classes of every page. */
const classes: Readonly<Record<string, unknown>> = {
  ...{ Node: PageNode, Element: PageElement, HTMLElement: HtmlElement, SVGElement: SvgElement },
  ...{ Text: PageText, Comment: PageText, CharacterData: PageText, DocumentFragment: PageFragment },
  ...{ Document: PageDocument, HTMLDocument: PageDocument, NodeList, HTMLCollection: NodeList, XMLSerializer },
  ...{ HTMLCanvasElement: CanvasElement, HTMLImageElement: ImageElement, HTMLVideoElement: VideoElement },
  ...{
    HTMLAnchorElement: AnchorElement,
    HTMLStyleElement: StyleElement,
    HTMLLinkElement: LinkElement,
    HTMLScriptElement: ScriptElement,
  },
  ...Object.fromEntries(plainTags.split(" ").map((tag) => [`HTML${tag}Element`, class extends HtmlElement {}])),
  ...{ DOMRect: DomRect, DOMRectReadOnly: DomRect, Storage, ...eventClasses },
  ...{ ImageBitmap, createImageBitmap, OffscreenCanvas, FileReader },
};

const lazyClasses: Readonly<Record<string, () => unknown>> = {
  ImageData: () => skia().ImageData,
  Path2D: () => skia().Path2D,
  DOMMatrix: () => skia().DOMMatrix,
  DOMPoint: () => skia().DOMPoint,
  CanvasRenderingContext2D: contextClass2d,
  OffscreenCanvasRenderingContext2D: contextClass2d,
  WebGLRenderingContext: () => contextClass(false),
  WebGL2RenderingContext: () => contextClass(true),
};

/** Gives `window` the classes, and those that make elements of its document. */
export function definePageClasses(window: PageEventTarget & { readonly document: PageDocument }): void {
  Object.assign(window, classes, { Window: window.constructor, Image: imageClassOf(window.document) });
  for (const [name, get] of Object.entries(lazyClasses)) {
    Object.defineProperty(window, name, { get, configurable: true, enumerable: true });
  }
}

function imageClassOf(document: PageDocument): new (width?: number, height?: number) => ImageElement {
  return class Image extends ImageElement {
    constructor(width?: number, height?: number) {
      super(document);
      if (width !== undefined) this.width = width;
      if (height !== undefined) this.height = height;
    }
  };
}

function contextClass2d(): unknown {
  return createSkiaCanvas(1, 1).getContext("2d").constructor;
}

for (const [name, value] of Object.entries(classes)) {
  // What a library reads as the name of an element's class.
  if (typeof value === "function" && name.startsWith("HTML")) Object.defineProperty(value, "name", { value: name });
}
