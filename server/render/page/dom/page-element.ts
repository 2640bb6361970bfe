/** Owns an element of a page's document: its attributes, its style, and what stands in it as text. Render thread. */

import { ClassList } from "./class-list.ts";
import type { DocumentView } from "./document-view.ts";
import { parseMarkup, serialize } from "./markup.ts";
import { NodeList, nodesBelow, nodeTypes, PageNode } from "./page-node.ts";
import { isMatching, selectAll } from "./selectors.ts";
import { declarationsOf, type StyleDeclaration, styleDeclaration } from "./style-declaration.ts";

export const HTML_NAMESPACE = "http://www.w3.org/1999/xhtml";

/** As much of a document as its elements ask it for. */
export type OwnerDocument = PageNode & {
  readonly defaultView: DocumentView | null;
  readonly baseURI: string;
  readonly body: PageElement | null;
  activeElement: PageElement | null;
  createElement(name: string): PageElement;
  createElementNS(namespace: string | null, name: string): PageElement;
};

/** An attribute, as `element.attributes` lists it. */
export type PageAttribute = {
  readonly name: string;
  readonly localName: string;
  readonly nodeName: string;
  readonly value: string;
  readonly nodeValue: string;
  readonly specified: true;
};

export class PageElement extends PageNode {
  readonly nodeType: number = nodeTypes.ELEMENT_NODE;
  readonly namespaceURI: string | null;
  readonly localName: string;
  readonly tagName: string;
  readonly nodeName: string;
  /** Counts the changes of this element's own attributes and style. */
  ownVersion = 0;
  scrollTop = 0;
  scrollLeft = 0;
  readonly #document: OwnerDocument | null;
  readonly #attributes = new Map<string, string>();
  #style: StyleDeclaration | null = null;

  constructor(document: OwnerDocument | null, name: string, namespace: string | null = null) {
    super(document, (error) => document?.defaultView?.reportError(error));
    this.#document = document;
    this.namespaceURI = namespace;
    this.localName = name.slice(name.indexOf(":") + 1);
    this.tagName = namespace === HTML_NAMESPACE ? name.toUpperCase() : name;
    this.nodeName = this.tagName;
  }

  override get ownerDocument(): OwnerDocument | null {
    return this.#document;
  }
  get prefix(): string | null {
    return this.tagName.includes(":") ? this.tagName.slice(0, this.tagName.indexOf(":")) : null;
  }
  get id(): string {
    return this.getAttribute("id") ?? "";
  }
  set id(value: string) {
    this.setAttribute("id", value);
  }
  get className(): string {
    return this.getAttribute("class") ?? "";
  }
  set className(value: string) {
    this.setAttribute("class", value);
  }
  get classList(): ClassList {
    return new ClassList(this);
  }
  /** The properties of the `style` attribute. */
  get style(): StyleDeclaration {
    if (this.#style === null) {
      const style = styleDeclaration((name, value) => this.#noteStyle(name, value));
      for (const [name, value] of declarationsOf(this.#attributes.get("style") ?? "")) style.setProperty(name, value);
      this.#style = style;
    }
    return this.#style;
  }
  set style(text: string) {
    this.style.cssText = text;
  }
  get attributes(): NodeList<PageAttribute> & { getNamedItem(name: string): PageAttribute | null } {
    const list = new NodeList<PageAttribute>();
    for (const [name, value] of this.#attributes) {
      const localName = name.slice(name.indexOf(":") + 1);
      list.push({ name, localName, nodeName: name, value, nodeValue: value, specified: true });
    }
    return Object.assign(list, { getNamedItem: (name: string) => list.find((one) => one.name === name) ?? null });
  }

  get children(): NodeList<PageElement> {
    const list = new NodeList<PageElement>();
    for (const child of this.childNodes) if (child instanceof PageElement) list.push(child);
    return list;
  }
  get childElementCount(): number {
    return this.children.length;
  }
  get firstElementChild(): PageElement | null {
    return this.children[0] ?? null;
  }
  get lastElementChild(): PageElement | null {
    return this.children.at(-1) ?? null;
  }
  get nextElementSibling(): PageElement | null {
    return siblingOf(this, 1);
  }
  get previousElementSibling(): PageElement | null {
    return siblingOf(this, -1);
  }
  get innerHTML(): string {
    return this.childNodes.map(serialize).join("");
  }
  set innerHTML(text: string) {
    this.replaceChildren(...this.#parse(String(text)));
  }
  get outerHTML(): string {
    return serialize(this);
  }

  get #isHtml(): boolean {
    return this.namespaceURI === HTML_NAMESPACE;
  }

  getAttributeNames(): string[] {
    const isStyled = this.#style !== null && this.#style.length > 0 && !this.#attributes.has("style");
    return [...this.#attributes.keys(), ...(isStyled ? ["style"] : [])];
  }
  getAttribute(name: string): string | null {
    if (name === "style" && this.#style !== null) return this.#style.cssText || null;
    return this.#attributes.get(this.#nameOf(name)) ?? null;
  }
  setAttribute(name: string, value: unknown): void {
    const key = this.#nameOf(name);
    this.#attributes.set(key, String(value));
    if (key === "style" && this.#style !== null) this.#style.cssText = String(value);
    this.handleAttribute(key, String(value));
    this.#noteOwnChange();
  }
  hasAttribute(name: string): boolean {
    return this.getAttribute(name) !== null;
  }
  hasAttributes(): boolean {
    return this.#attributes.size > 0;
  }
  removeAttribute(name: string): void {
    const key = this.#nameOf(name);
    if (key === "style" && this.#style !== null) this.#style.cssText = "";
    if (!this.#attributes.delete(key)) return;
    this.handleAttribute(key, null);
    this.#noteOwnChange();
  }
  toggleAttribute(name: string, force: boolean = !this.hasAttribute(name)): boolean {
    if (force) this.setAttribute(name, "");
    else this.removeAttribute(name);
    return force;
  }
  /** The namespace is not looked at: names are found with and without their prefix. */
  getAttributeNS(_namespace: string | null, name: string): string | null {
    const own = this.getAttribute(name);
    if (own !== null) return own;
    return [...this.#attributes].find(([key]) => key.endsWith(`:${name}`))?.[1] ?? null;
  }
  setAttributeNS(_namespace: string | null, name: string, value: unknown): void {
    this.setAttribute(name, value);
  }
  hasAttributeNS(namespace: string | null, name: string): boolean {
    return this.getAttributeNS(namespace, name) !== null;
  }

  querySelector(selector: string): PageElement | null {
    return selectAll(this, selector, isElement)[0] ?? null;
  }
  querySelectorAll(selector: string): NodeList<PageElement> {
    return selectAll(this, selector, isElement);
  }
  matches(selector: string): boolean {
    return isMatching(this, selector);
  }
  closest(selector: string): PageElement | null {
    for (let at: PageNode | null = this; at instanceof PageElement; at = at.parentNode) {
      if (at.matches(selector)) return at;
    }
    return null;
  }
  getElementsByTagName(name: string): NodeList<PageElement> {
    return nodesBelow(this, isElement, (element) => name === "*" || sameName(element, name));
  }
  getElementsByTagNameNS(_namespace: string | null, name: string): NodeList<PageElement> {
    return nodesBelow(this, isElement, (element) => name === "*" || element.localName === name);
  }
  getElementsByClassName(names: string): NodeList<PageElement> {
    const wanted = names.split(/\s+/).filter(Boolean);
    return nodesBelow(this, isElement, (element) => wanted.every((name) => element.classList.contains(name)));
  }

  insertAdjacentElement(where: string, element: PageNode): PageNode {
    insertAdjacent(this, where, [element]);
    return element;
  }
  insertAdjacentText(where: string, text: string): void {
    insertAdjacent(this, where, [text]);
  }
  insertAdjacentHTML(where: string, text: string): void {
    insertAdjacent(this, where, this.#parse(text));
  }

  protected override copy(): PageElement {
    const copy = this.empty();
    for (const name of this.getAttributeNames()) copy.setAttribute(name, this.getAttribute(name) ?? "");
    return copy;
  }

  /** An element of the same kind without attributes. */
  protected empty(): PageElement {
    return new PageElement(this.ownerDocument, this.tagName, this.namespaceURI);
  }

  /** An attribute was set, or taken away (null). */
  protected handleAttribute(_name: string, _value: string | null): void {}

  /** A property of the style was set, or taken away (empty). */
  protected handleStyle(_name: string, _value: string): void {}

  /** Whether a change of its own style changes how it looks, and not only where it is or the pointer over it. */
  protected isLook(name: string): boolean {
    return name !== "transform" && name !== "transform-origin" && name !== "z-index" && name !== "cursor";
  }

  #noteStyle(name: string, value: string): void {
    this.handleStyle(name, value);
    if (this.isLook(name)) this.#noteOwnChange();
    else this.handleChangeBelow();
  }

  #noteOwnChange(): void {
    this.ownVersion += 1;
    this.noteChange();
  }

  #parse(text: string): readonly (PageNode | string)[] {
    const document = this.ownerDocument;
    if (document === null || !/[<&]/.test(text)) return text === "" ? [] : [text];
    return parseMarkup(text, document, this.#isHtml);
  }

  #nameOf(name: string): string {
    return this.#isHtml ? name.toLowerCase() : name;
  }
}

export function isElement(node: unknown): node is PageElement {
  return node instanceof PageElement;
}

function sameName(element: PageElement, name: string): boolean {
  return element.tagName === name || element.tagName.toLowerCase() === name.toLowerCase();
}

function siblingOf(element: PageElement, step: 1 | -1): PageElement | null {
  for (let at: PageNode | null = element; at !== null; ) {
    at = step === 1 ? at.nextSibling : at.previousSibling;
    if (at instanceof PageElement) return at;
  }
  return null;
}

function insertAdjacent(element: PageElement, where: string, parts: readonly (PageNode | string)[]): void {
  switch (where.toLowerCase()) {
    case "beforebegin":
      return element.before(...parts);
    case "afterbegin":
      return element.prepend(...parts);
    case "beforeend":
      return element.append(...parts);
    case "afterend":
      return element.after(...parts);
    default:
      throw new DOMException(`There is no place "${where}" beside an element.`, "SyntaxError");
  }
}
