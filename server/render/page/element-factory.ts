/** Owns which class the elements of a page have, by their names. Render thread. */

import { AnchorElement, HtmlElement, ScriptElement } from "./dom/html-element.ts";
import type { PageDocument } from "./dom/page-document.ts";
import type { PageElement } from "./dom/page-element.ts";
import { LinkElement, StyleElement } from "./dom/sheet-elements.ts";
import { CanvasElement } from "./images/canvas-element.ts";
import { ImageElement } from "./images/image-element.ts";
import { VideoElement } from "./images/video-element.ts";

/** Makes the element of this lower-case name. */
export function elementFactory(document: PageDocument, name: string): PageElement {
  switch (name) {
    case "canvas":
      return new CanvasElement(document);
    case "img":
      return new ImageElement(document);
    case "video":
      return new VideoElement(document);
    case "a":
      return new AnchorElement(document, name);
    case "link":
      return new LinkElement(document, name);
    case "style":
      return new StyleElement(document, name);
    case "script":
      return new ScriptElement(document, name);
    default:
      return new HtmlElement(document, name);
  }
}
