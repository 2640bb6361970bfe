/** Owns the tree of a page's document: nodes, texts and fragments, and how they are moved. Render thread. */

import { PageEventTarget } from "../events/page-event-target.ts";

/** A list of nodes, also by `item`. That of `childNodes` is live. */
export class NodeList<Item = PageNode> extends Array<Item> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  item(index: number): Item | null {
    return this[index] ?? null;
  }
}

export const nodeTypes = {
  ELEMENT_NODE: 1,
  ATTRIBUTE_NODE: 2,
  TEXT_NODE: 3,
  CDATA_SECTION_NODE: 4,
  PROCESSING_INSTRUCTION_NODE: 7,
  COMMENT_NODE: 8,
  DOCUMENT_NODE: 9,
  DOCUMENT_TYPE_NODE: 10,
  DOCUMENT_FRAGMENT_NODE: 11,
} as const;

/** A node. Its events bubble to its parent; of a tree that is in no document, to nobody. */
export abstract class PageNode extends PageEventTarget {
  abstract readonly nodeType: number;
  abstract readonly nodeName: string;
  readonly childNodes: NodeList = new NodeList();
  parentNode: PageNode | null = null;
  /** Counts what changed in this node and below it, as far as it may be seen. */
  version = 0;
  #document: PageNode | null;

  constructor(document: PageNode | null, onError: (error: unknown) => void) {
    super(null, onError);
    this.#document = document;
  }

  protected override get eventParent(): PageEventTarget | null {
    return this.parentNode;
  }

  get nodeValue(): string | null {
    return null;
  }
  set nodeValue(_text: string | null) {}
  get ownerDocument(): PageNode | null {
    return this.#document;
  }
  get parentElement(): PageNode | null {
    return this.parentNode?.nodeType === nodeTypes.ELEMENT_NODE ? this.parentNode : null;
  }
  get firstChild(): PageNode | null {
    return this.childNodes[0] ?? null;
  }
  get lastChild(): PageNode | null {
    return this.childNodes.at(-1) ?? null;
  }
  get nextSibling(): PageNode | null {
    return this.#sibling(1);
  }
  get previousSibling(): PageNode | null {
    return this.#sibling(-1);
  }
  get isConnected(): boolean {
    return this.getRootNode().nodeType === nodeTypes.DOCUMENT_NODE;
  }
  get textContent(): string | null {
    return this.nodeType === nodeTypes.DOCUMENT_NODE ? null : textOf(this);
  }
  set textContent(text: string | null) {
    this.replaceChildren(...(text === null || text === "" ? [] : [String(text)]));
  }

  getRootNode(): PageNode {
    let root: PageNode = this;
    while (root.parentNode !== null) root = root.parentNode;
    return root;
  }

  hasChildNodes(): boolean {
    return this.childNodes.length > 0;
  }

  contains(node: unknown): boolean {
    for (let at = node instanceof PageNode ? node : null; at !== null; at = at.parentNode) if (at === this) return true;
    return false;
  }

  appendChild<Child extends PageNode>(child: Child): Child {
    return this.insertBefore(child, null);
  }

  insertBefore<Child extends PageNode>(child: Child, before: PageNode | null): Child {
    if (!(child instanceof PageNode)) throw new TypeError("What is put into the document must be a Node.");
    if (child.contains(this)) throw new DOMException("A node cannot be put into itself.", "HierarchyRequestError");
    if (child.nodeType === nodeTypes.DOCUMENT_FRAGMENT_NODE) {
      for (const part of [...child.childNodes]) this.insertBefore(part, before);
      return child;
    }
    const next = before === child ? child.nextSibling : (before ?? null);
    child.parentNode?.removeChild(child);
    const at = next === null ? this.childNodes.length : this.childNodes.indexOf(next);
    if (at < 0) throw new DOMException("The node to insert before is no child.", "NotFoundError");
    this.childNodes.splice(at, 0, child);
    child.parentNode = this;
    this.noteChange();
    if (this.isConnected) child.handleConnected();
    return child;
  }

  removeChild<Child extends PageNode>(child: Child): Child {
    const at = this.childNodes.indexOf(child);
    if (at < 0) throw new DOMException("The node to be removed is no child of this node.", "NotFoundError");
    this.childNodes.splice(at, 1);
    child.parentNode = null;
    this.noteChange();
    return child;
  }

  replaceChild<Child extends PageNode>(child: PageNode, old: Child): Child {
    this.insertBefore(child, old);
    return this.removeChild(old);
  }

  append(...parts: readonly (PageNode | string)[]): void {
    for (const part of parts) this.appendChild(this.#nodeOf(part));
  }

  prepend(...parts: readonly (PageNode | string)[]): void {
    const first = this.firstChild;
    for (const part of parts) this.insertBefore(this.#nodeOf(part), first);
  }

  replaceChildren(...parts: readonly (PageNode | string)[]): void {
    for (const child of [...this.childNodes]) this.removeChild(child);
    this.append(...parts);
  }

  before(...parts: readonly (PageNode | string)[]): void {
    for (const part of parts) this.parentNode?.insertBefore(this.#nodeOf(part), this);
  }

  after(...parts: readonly (PageNode | string)[]): void {
    const next = this.nextSibling;
    for (const part of parts) this.parentNode?.insertBefore(this.#nodeOf(part), next);
  }

  replaceWith(...parts: readonly (PageNode | string)[]): void {
    this.before(...parts);
    this.remove();
  }

  remove(): void {
    this.parentNode?.removeChild(this);
  }

  cloneNode(deep: boolean = false): PageNode {
    const copy = this.copy();
    if (deep) for (const child of this.childNodes) copy.appendChild(child.cloneNode(true));
    return copy;
  }

  /** A node like this one without its children. */
  protected abstract copy(): PageNode;

  /** This node has come into the document. */
  handleConnected(): void {
    for (const child of this.childNodes) child.handleConnected();
  }

  /** Something changed in this node that may be seen. */
  protected noteChange(): void {
    for (let at: PageNode | null = this; at !== null; at = at.parentNode) {
      at.version += 1;
      at.handleChangeBelow();
    }
  }

  /** Something changed here or below. */
  protected handleChangeBelow(): void {}

  #nodeOf(part: PageNode | string): PageNode {
    if (part instanceof PageNode) return part;
    return new PageText(this.ownerDocument, String(part));
  }

  #sibling(step: number): PageNode | null {
    const siblings = this.parentNode?.childNodes;
    return siblings?.[siblings.indexOf(this) + step] ?? null;
  }
}

Object.assign(PageNode, nodeTypes);
Object.assign(PageNode.prototype, nodeTypes);

/** Text, a comment or what stands in a CDATA section. */
export class PageText extends PageNode {
  readonly nodeType: number;
  readonly nodeName: string;
  #text: string;

  constructor(document: PageNode | null, text: string, nodeType: number = nodeTypes.TEXT_NODE) {
    super(document, () => undefined);
    this.nodeType = nodeType;
    this.nodeName = nodeType === nodeTypes.COMMENT_NODE ? "#comment" : "#text";
    this.#text = text;
  }

  override get nodeValue(): string {
    return this.#text;
  }
  override set nodeValue(text: string | null) {
    const next = text ?? "";
    if (next === this.#text) return;
    this.#text = next;
    this.noteChange();
  }
  get data(): string {
    return this.#text;
  }
  set data(text: string) {
    this.nodeValue = String(text);
  }
  get length(): number {
    return this.data.length;
  }
  override get textContent(): string {
    return this.data;
  }
  override set textContent(text: string | null) {
    this.nodeValue = text ?? "";
  }

  protected override copy(): PageNode {
    return new PageText(this.ownerDocument, this.data, this.nodeType);
  }
}

/** Children that go into the tree together. */
export class PageFragment extends PageNode {
  readonly nodeType: number = nodeTypes.DOCUMENT_FRAGMENT_NODE;
  readonly nodeName: string = "#document-fragment";

  constructor(document: PageNode | null) {
    super(document, () => undefined);
  }

  protected override copy(): PageNode {
    return new PageFragment(this.ownerDocument);
  }
}

/** As much of an element as its markup tells and a selector asks for. */
export type ElementNode = PageNode & {
  readonly tagName: string;
  readonly localName: string;
  readonly namespaceURI: string | null;
  readonly classList: { contains(name: string): boolean };
  getAttributeNames(): string[];
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: unknown): void;
};

export function isElementNode(node: unknown): node is ElementNode {
  return node instanceof PageNode && node.nodeType === nodeTypes.ELEMENT_NODE;
}

/** The nodes below `node` that are of a kind and as wanted, in the order of the document. */
export function nodesBelow<Kind extends PageNode>(
  node: PageNode,
  isOfKind: (node: PageNode) => node is Kind,
  isWanted: (node: Kind) => boolean,
): NodeList<Kind> {
  const found = new NodeList<Kind>();
  const visit = (parent: PageNode): void => {
    for (const child of parent.childNodes) {
      if (isOfKind(child) && isWanted(child)) found.push(child);
      visit(child);
    }
  };
  visit(node);
  return found;
}

function textOf(node: PageNode): string {
  return node.childNodes
    .filter(({ nodeType }) => nodeType !== nodeTypes.COMMENT_NODE)
    .map((child) => child.textContent ?? "")
    .join("");
}
