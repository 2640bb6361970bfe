/** Owns how HTML and XML become nodes and text again, with htmlparser2, which is loaded at first use. Render thread. */

import { createRequire } from "node:module";
import { type ElementNode, isElementNode, nodeTypes, PageFragment, type PageNode, PageText } from "./page-node.ts";

type HtmlParser = typeof import("htmlparser2");

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";
const voidTags = new Set("area base br col embed hr img input link meta param source track wbr".split(" "));

/** As much of a document as its nodes are made with. */
type NodeMaker = PageNode & {
  createElement(name: string): ElementNode;
  createElementNS(namespace: string | null, name: string): ElementNode;
};

let library: HtmlParser | null = null;

/** The nodes that `text` says, with `document` as their owner. XML keeps the case of names, HTML does not. */
export function parseMarkup(text: string, document: NodeMaker, isHtml: boolean): PageNode[] {
  library ??= createRequire(import.meta.url)("htmlparser2") as HtmlParser;
  const root = new PageFragment(document);
  const open: PageNode[] = [root];
  const put = (node: PageNode): void => void open.at(-1)?.appendChild(node);
  const parser = new library.Parser(
    {
      onopentag(name, attributes) {
        const element = elementOf(document, name, attributes, open.at(-1), isHtml);
        put(element);
        open.push(element);
      },
      onclosetag() {
        if (open.length > 1) open.pop();
      },
      ontext: (data) => putText(open.at(-1), document, data),
      oncomment: (data) => put(new PageText(document, data, nodeTypes.COMMENT_NODE)),
    },
    { xmlMode: !isHtml, decodeEntities: true, lowerCaseAttributeNames: false },
  );
  parser.write(text);
  parser.end();
  return [...root.childNodes];
}

/** Where the text of each `<script>` of HTML begins, in characters. */
export function scriptOffsets(text: string): number[] {
  library ??= createRequire(import.meta.url)("htmlparser2") as HtmlParser;
  const offsets: number[] = [];
  const parser = new library.Parser({
    onopentag(name) {
      if (name === "script") offsets.push(parser.endIndex + 1);
    },
  });
  parser.end(text);
  return offsets;
}

/** The markup of a node. */
export function serialize(node: PageNode): string {
  if (node instanceof PageText) {
    return node.nodeType === nodeTypes.COMMENT_NODE ? `<!--${node.data}-->` : escaped(node.data);
  }
  const inner = node.childNodes.map(serialize).join("");
  if (!isElementNode(node)) return inner;
  const name = node.tagName === node.localName.toUpperCase() ? node.localName.toLowerCase() : node.tagName;
  const attributes = node.getAttributeNames().map((one) => {
    return ` ${one}="${escaped(node.getAttribute(one) ?? "").replaceAll('"', "&quot;")}"`;
  });
  const start = `${name}${attributes.join("")}`;
  return voidTags.has(name) ? `<${start}>` : `<${start}>${inner}</${name}>`;
}

function elementOf(
  document: NodeMaker,
  name: string,
  attributes: Readonly<Record<string, string>>,
  parent: PageNode | undefined,
  isHtml: boolean,
): ElementNode {
  const inherited = isElementNode(parent) ? parent.namespaceURI : null;
  const namespace = isHtml ? (name === "svg" ? SVG_NAMESPACE : inherited) : (attributes["xmlns"] ?? inherited);
  const element =
    isHtml && namespace === null ? document.createElement(name) : document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** Text comes in pieces, at each entity. */
function putText(parent: PageNode | undefined, document: NodeMaker, data: string): void {
  const last = parent?.lastChild;
  if (last instanceof PageText && last.nodeType === nodeTypes.TEXT_NODE) last.data += data;
  else parent?.appendChild(new PageText(document, data));
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
