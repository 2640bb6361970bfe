/** Owns DOMParser and XMLSerializer, which loaders read SVG, Collada, VTK and the like with. Render thread. */

import { parseMarkup, serialize } from "./markup.ts";
import { type ElementFactory, PageDocument } from "./page-document.ts";
import type { PageNode } from "./page-node.ts";

type DomParser = new () => { parseFromString(text: string, type: string): PageDocument };

/** The class DOMParser of a page. Documents that it makes count their addresses from `baseUrl`. */
export function domParserOf(elementFactory: ElementFactory, baseUrl: string): DomParser {
  return class DOMParser {
    parseFromString(text: string, type: string): PageDocument {
      const document = new PageDocument({ view: null, elementFactory, baseUrl, onError: () => undefined });
      const isHtml = type === "text/html";
      const nodes = parseMarkup(String(text), document, isHtml);
      if (!isHtml || nodes.some((node) => node.nodeName === "HTML")) document.append(...nodes);
      else document.append(bodyOf(document, nodes));
      return document;
    }
  };
}

export class XMLSerializer {
  serializeToString(node: PageNode): string {
    return serialize(node);
  }
}

function bodyOf(document: PageDocument, nodes: readonly PageNode[]): PageNode {
  const html = document.createElement("html");
  const body = document.createElement("body");
  body.append(...nodes);
  html.append(document.createElement("head"), body);
  return html;
}
