/** Owns the document of a page: its tree, and how elements are made. Also what DOMParser gives. Render thread. */

import type { PageEventTarget } from "../events/page-event-target.ts";
import type { DocumentView } from "./document-view.ts";
import { DomRect } from "./dom-rect.ts";
import { SvgElement } from "./html-element.ts";
import { HTML_NAMESPACE, isElement, type PageElement } from "./page-element.ts";
import { type NodeList, nodesBelow, nodeTypes, PageFragment, PageNode, PageText } from "./page-node.ts";
import { selectAll } from "./selectors.ts";

/** Makes an element of HTML by its lower-case name. */
export type ElementFactory = (document: PageDocument, name: string) => PageElement;

export type PageDocumentOptions = {
  /** The window that events bubble to; null for a document that is only read. */
  readonly view: DocumentView | null;
  readonly elementFactory: ElementFactory;
  /** What relative addresses count from. */
  readonly baseUrl: string;
  readonly onError: (error: unknown) => void;
};

export class PageDocument extends PageNode {
  readonly nodeType: number = nodeTypes.DOCUMENT_NODE;
  readonly nodeName: string = "#document";
  readonly defaultView: DocumentView | null;
  readonly baseURI: string;
  readonly hidden: boolean = false;
  readonly visibilityState: string = "visible";
  readonly pointerLockElement: null = null;
  readonly fullscreenElement: null = null;
  readonly fullscreenEnabled: boolean = false;
  readonly currentScript: null = null;
  readonly characterSet: string = "UTF-8";
  readonly compatMode: string = "CSS1Compat";
  readonly contentType: string = "text/html";
  readonly styleSheets: readonly never[] = [];
  readyState = "complete";
  cookie = "";
  activeElement: PageElement | null = null;
  readonly #elementFactory: ElementFactory;
  #title = "";

  constructor({ view, elementFactory, baseUrl, onError }: PageDocumentOptions) {
    super(null, onError);
    this.defaultView = view;
    this.baseURI = baseUrl;
    this.#elementFactory = elementFactory;
  }

  protected override get eventParent(): PageEventTarget | null {
    return this.defaultView;
  }

  get title(): string {
    return this.#title;
  }
  set title(title: string) {
    this.#title = String(title).trim().replaceAll(/\s+/g, " ");
    this.defaultView?.handleTitle();
  }

  get URL(): string {
    return this.baseURI;
  }
  get documentURI(): string {
    return this.baseURI;
  }
  get location(): URL | null {
    return this.defaultView?.location ?? null;
  }
  get documentElement(): PageElement | null {
    return this.childNodes.find(isElement) ?? null;
  }
  get scrollingElement(): PageElement | null {
    return this.documentElement;
  }
  get head(): PageElement | null {
    return this.#part("head");
  }
  get body(): PageElement | null {
    return this.#part("body");
  }
  get children(): NodeList<PageElement> {
    return nodesBelow(this, isElement, (element) => element.parentNode === this);
  }
  get images(): NodeList<PageElement> {
    return this.getElementsByTagName("img");
  }
  get fonts(): unknown {
    return this.defaultView?.fonts ?? null;
  }
  get implementation(): object {
    return { hasFeature: () => true };
  }

  createElement(name: string): PageElement {
    return this.#elementFactory(this, String(name).toLowerCase());
  }
  createElementNS(namespace: string | null, name: string): PageElement {
    return namespace === HTML_NAMESPACE ? this.createElement(name) : new SvgElement(this, name, namespace);
  }
  createTextNode(text: string): PageText {
    return new PageText(this, String(text));
  }
  createComment(text: string): PageText {
    return new PageText(this, String(text), nodeTypes.COMMENT_NODE);
  }
  createDocumentFragment(): PageFragment {
    return new PageFragment(this);
  }
  /** Makes an event that gets its type by `initEvent`. */
  createEvent(): Event {
    const event = new Event("");
    const initEvent = (type: string, bubbles: boolean = false, cancelable: boolean = false): void => {
      for (const [name, value] of Object.entries({ type, bubbles, cancelable })) {
        Object.defineProperty(event, name, { value, configurable: true });
      }
    };
    return Object.assign(event, { initEvent });
  }
  /** A range, of which nothing is laid out. */
  createRange(): object {
    const nothing = (): void => undefined;
    const rect = new DomRect();
    return {
      setStart: nothing,
      setEnd: nothing,
      selectNode: nothing,
      selectNodeContents: nothing,
      getBoundingClientRect: () => rect,
    };
  }
  importNode(node: PageNode, deep: boolean = false): PageNode {
    return node.cloneNode(deep);
  }
  adoptNode(node: PageNode): PageNode {
    node.remove();
    return node;
  }

  getElementById(id: string): PageElement | null {
    return nodesBelow(this, isElement, (element) => element.getAttribute("id") === String(id))[0] ?? null;
  }
  getElementsByTagName(name: string): NodeList<PageElement> {
    const wanted = name.toLowerCase();
    return nodesBelow(this, isElement, ({ tagName }) => name === "*" || tagName.toLowerCase() === wanted);
  }
  getElementsByTagNameNS(_namespace: string | null, name: string): NodeList<PageElement> {
    return nodesBelow(this, isElement, ({ localName }) => name === "*" || localName === name);
  }
  getElementsByClassName(names: string): NodeList<PageElement> {
    const wanted = names.split(/\s+/).filter(Boolean);
    return nodesBelow(this, isElement, ({ classList }) => wanted.every((name) => classList.contains(name)));
  }
  querySelector(selector: string): PageElement | null {
    return selectAll(this, selector, isElement)[0] ?? null;
  }
  querySelectorAll(selector: string): NodeList<PageElement> {
    return selectAll(this, selector, isElement);
  }

  hasFocus(): boolean {
    return true;
  }

  /** The canvas fills the page. */
  elementFromPoint(): PageElement | null {
    return this.getElementsByTagName("canvas")[0] ?? this.body;
  }

  /** Does nothing: the pointer is never locked. */
  exitPointerLock(): void {}

  exitFullscreen(): Promise<void> {
    return Promise.resolve();
  }

  execCommand(): boolean {
    return false;
  }

  protected override copy(): PageNode {
    const { defaultView: view, baseURI: baseUrl } = this;
    const onError = (error: unknown): void => view?.reportError(error);
    return new PageDocument({ view: null, elementFactory: this.#elementFactory, baseUrl, onError });
  }

  #part(name: string): PageElement | null {
    return this.documentElement?.children.find(({ localName }) => localName === name) ?? null;
  }
}
