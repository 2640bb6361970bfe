/** Owns what the HTML of a page becomes: elements of its document, and a list of its scripts. In the render thread. */

import { HtmlElement } from "../page/dom/html-element.ts";
import { parseMarkup, scriptOffsets } from "../page/dom/markup.ts";
import type { PageDocument } from "../page/dom/page-document.ts";
import { HTML_NAMESPACE, PageElement } from "../page/dom/page-element.ts";
import type { PageNode } from "../page/dom/page-node.ts";
import type { RunnableScript } from "../page/dom/script-runner.ts";
import { placeAt } from "./module-source.ts";
import type { SourcePlace } from "./scene-error.ts";

export type ScriptKind = "classic" | "module" | "importmap" | "data";

/** A script that stands in the HTML. */
export type HtmlScript = {
  readonly element: RunnableScript;
  /** Where its text begins, also where it is linked and has none. */
  readonly place: SourcePlace;
};

const inHead: ReadonlySet<string> = new Set([
  "title",
  "meta",
  "link",
  "style",
  "base",
  "noscript",
  "script",
  "template",
]);
/** What is seen of a page besides its text. */
const seen = "input button select textarea img svg video iframe canvas object".split(" ");
const unseen = "script style template noscript link meta title".split(" ");
const MAX_NAMES = 12;

/** Puts the HTML of the file at `path` into `document`. Returns its scripts, in their order. */
export function fillDocument(document: PageDocument, text: string, path: string): HtmlScript[] {
  const { documentElement, head, body } = document;
  if (documentElement === null || head === null || body === null) throw new Error("The document has no body.");
  let isHead = true;
  const take = (node: PageNode): void => {
    const name = node instanceof PageElement ? node.localName : "";
    if (name === "html" || name === "head" || name === "body") {
      const place = { html: documentElement, head, body }[name];
      for (const key of (node as PageElement).getAttributeNames()) {
        place.setAttribute(key, (node as PageElement).getAttribute(key));
      }
      if (name === "body") isHead = false;
      const isIn = isHead;
      if (name === "head") isHead = true;
      for (const child of [...node.childNodes]) take(child);
      if (name === "head") isHead = isIn;
      return;
    }
    const isBlank = name === "" && (node.nodeType !== 3 || (node.textContent ?? "").trim() === "");
    if (isHead && !isBlank && !inHead.has(name)) isHead = false;
    (isHead ? head : body).append(node);
  };
  for (const node of parseMarkup(text, document, true)) take(node);
  document.title = (document.getElementsByTagName("title")[0]?.textContent ?? "").trim();
  const offsets = scriptOffsets(text);
  return document.getElementsByTagName("script").map((element, index) => {
    return { element: element as PageElement & RunnableScript, place: placeAt(path, text, offsets[index] ?? 0) };
  });
}

export function kindOf(script: RunnableScript): ScriptKind {
  const type = (script.getAttribute("type") ?? "").trim().toLowerCase();
  if (type === "module" || type === "importmap") return type;
  return type === "" || /^(?:text|application)\/(?:x-)?(?:java|ecma)script/.test(type) ? "classic" : "data";
}

/** Names of what is seen in a browser of a page and is not drawn here, since it lies beside the canvas of the picture. */
export function namesBeside(document: PageDocument, canvas: object | null): string[] {
  const names = new Set<string>();
  const visit = (element: PageElement): void => {
    if (element === canvas || unseen.includes(element.localName) || isLabel(element)) return;
    // Panels are in the viewers' pages.
    if (element.classList.contains("lil-gui")) return;
    if (element.style["display"] === "none" || (element.namespaceURI === HTML_NAMESPACE && hasNoBox(element))) return;
    const isAround = canvas !== null && element.contains(canvas);
    const isSeen = seen.includes(element.localName) || hasText(element);
    if (isSeen && !isAround) names.add(nameOf(element));
    else for (const child of element.children) visit(child);
  };
  for (const child of document.body?.children ?? []) visit(child);
  const all = [...names];
  const more = all.length - MAX_NAMES;
  return more > 0 ? [...all.slice(0, MAX_NAMES), `${more} more`] : all;
}

/** Labels over the picture are drawn. */
function isLabel(element: PageElement): boolean {
  return element instanceof HtmlElement && element.isLabel;
}

function hasNoBox(element: PageElement): boolean {
  return element.hasAttribute("hidden");
}

function hasText(element: PageElement): boolean {
  return element.childNodes.some((child) => child.nodeType === 3 && (child.textContent ?? "").trim() !== "");
}

function nameOf({ localName, id, classList }: PageElement): string {
  const [first] = [...classList];
  return `<${localName}>${id === "" ? (first === undefined ? "" : ` .${first}`) : ` #${id}`}`;
}
