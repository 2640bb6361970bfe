/**
 * Owns how elements are found by a CSS selector. The commonest ones are plain; for the others css-select is loaded at
 * first use. Render thread.
 */

import { createRequire } from "node:module";
import type { Options } from "css-select";
import { type ElementNode, isElementNode, NodeList, nodesBelow, type PageNode } from "./page-node.ts";

type CssSelect = typeof import("css-select");
type PageOptions = Options<PageNode, ElementNode>;
type Adapter = NonNullable<PageOptions["adapter"]>;

const SIMPLE = /^([#.]?)([\w-]+)$/;

let library: CssSelect | null = null;

/** The elements below `node` that match, all of them of one class. Throws where the selector cannot be read. */
export function selectAll<Element extends ElementNode>(
  node: PageNode,
  selector: string,
  isElement: (node: PageNode) => node is Element,
): NodeList<Element> {
  const simple = simpleTest(selector);
  if (simple !== null) return nodesBelow(node, isElement, simple);
  const matching = cssSelect().selectAll<PageNode, ElementNode>(selector, [...node.childNodes], options(node));
  const found = new NodeList<Element>();
  found.push(...matching.filter(isElement));
  return found;
}

/** Whether `element` matches. */
export function isMatching(element: ElementNode, selector: string): boolean {
  const simple = simpleTest(selector);
  return simple === null ? cssSelect().is<PageNode, ElementNode>(element, selector, options(element)) : simple(element);
}

/** Tells whether elements match, for who asks often. One that cannot be read matches nothing. */
export function matcherOf(selector: string): (element: ElementNode) => boolean {
  const simple = simpleTest(selector);
  if (simple !== null) return simple;
  try {
    return cssSelect().compile<PageNode, ElementNode>(selector, {
      adapter,
      xmlMode: false,
      lowerCaseTags: true,
    } as never);
  } catch {
    return () => false;
  }
}

function simpleTest(selector: string): ((element: ElementNode) => boolean) | null {
  const [, mark, name = ""] = SIMPLE.exec(selector.trim()) ?? [];
  if (mark === undefined) return null;
  if (mark === "#") return (element) => element.getAttribute("id") === name;
  if (mark === ".") return (element) => element.classList.contains(name);
  return (element) => element.tagName === name || element.tagName.toLowerCase() === name.toLowerCase();
}

function cssSelect(): CssSelect {
  library ??= createRequire(import.meta.url)("css-select") as CssSelect;
  return library;
}

const adapter: Adapter = {
  isTag: isElementNode,
  getAttributeValue: (element, name) => element.getAttribute(name) ?? undefined,
  getChildren: (node) => [...node.childNodes],
  getName: (element) => element.tagName.toLowerCase(),
  getParent: (element) => element.parentNode,
  getSiblings: (node) => [...(node.parentNode?.childNodes ?? [node])],
  getText: (node) => node.textContent ?? "",
  hasAttrib: (element, name) => element.getAttribute(name) !== null,
  removeSubsets: (nodes) => nodes.filter((node) => !nodes.some((other) => other !== node && other.contains(node))),
};

function options(node: PageNode): PageOptions {
  return { adapter, xmlMode: false, lowerCaseTags: true, context: [node] } as unknown as PageOptions;
}
