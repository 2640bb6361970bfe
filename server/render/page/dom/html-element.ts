/**
 * Owns the elements of HTML and SVG. Nothing of a page is laid out or shown: an element is as large as its style says in
 * pixels, else as large as the picture, so that `container.clientWidth` is what a scene that fills its page expects. In
 * the render thread.
 */

import { makeEvent } from "../events/input-events.ts";
import { DomRect } from "./dom-rect.ts";
import { isLabelTransform } from "./label-transform.ts";
import { HTML_NAMESPACE, type OwnerDocument, PageElement } from "./page-element.ts";
import { handScript } from "./script-runner.ts";
import { type StyleSheet, sheetOf } from "./sheet-rules.ts";

/** An element with a place and a size. */
class BoxElement extends PageElement {
  readonly clientLeft: number = 0;
  readonly clientTop: number = 0;
  readonly offsetLeft: number = 0;
  readonly offsetTop: number = 0;
  #dataset: Record<string, string> | null = null;

  get dataset(): Record<string, string> {
    this.#dataset ??= datasetOf(this);
    return this.#dataset;
  }
  get clientWidth(): number {
    return pixelsOf(this.style["width"]) ?? this.ownerDocument?.defaultView?.innerWidth ?? 0;
  }
  get clientHeight(): number {
    return pixelsOf(this.style["height"]) ?? this.ownerDocument?.defaultView?.innerHeight ?? 0;
  }
  get offsetWidth(): number {
    return this.clientWidth;
  }
  get offsetHeight(): number {
    return this.clientHeight;
  }
  get scrollWidth(): number {
    return this.clientWidth;
  }
  get scrollHeight(): number {
    return this.clientHeight;
  }
  get offsetParent(): PageElement | null {
    return this.ownerDocument?.body ?? null;
  }
  get tabIndex(): number {
    return Number(this.getAttribute("tabindex") ?? -1);
  }
  set tabIndex(value: number) {
    this.setAttribute("tabindex", value);
  }

  getBoundingClientRect(): DomRect {
    return new DomRect(0, 0, this.offsetWidth, this.offsetHeight);
  }

  getClientRects(): DomRect[] {
    return [this.getBoundingClientRect()];
  }

  focus(): void {
    const document = this.ownerDocument;
    if (document === null || document.activeElement === this) return;
    document.activeElement = this;
    this.deliver(makeEvent("focus"));
  }

  blur(): void {
    const document = this.ownerDocument;
    if (document === null || document.activeElement !== this) return;
    document.activeElement = null;
    this.deliver(makeEvent("blur"));
  }

  click(): void {
    this.deliver(makeEvent("click", { detail: 1 }));
  }

  scrollIntoView(): void {}
  scrollTo(): void {}
  scroll(): void {}

  setPointerCapture(pointerId: number): void {
    this.ownerDocument?.defaultView?.pointers.capture(pointerId, this);
  }
  releasePointerCapture(pointerId: number): void {
    if (this.hasPointerCapture(pointerId)) this.ownerDocument?.defaultView?.pointers.release(pointerId);
  }
  hasPointerCapture(pointerId: number): boolean {
    return this.ownerDocument?.defaultView?.pointers.hasCapture(pointerId, this) ?? false;
  }

  /** The pointer cannot be locked: fires `pointerlockerror` at the document, and rejects. */
  requestPointerLock(): Promise<void> {
    this.ownerDocument?.deliver(makeEvent("pointerlockerror"));
    const refused = Promise.reject(new TypeError("The pointer cannot be locked from the scene."));
    // Many pages do not wait for it; they have the event.
    refused.catch(() => undefined);
    return refused;
  }

  requestFullscreen(): Promise<void> {
    return Promise.reject(new TypeError("The picture cannot be made full screen from the scene."));
  }
}

/** An element of HTML. */
export class HtmlElement extends BoxElement {
  title = "";
  #isLabel = false;

  constructor(document: OwnerDocument | null, name: string) {
    super(document, name, HTML_NAMESPACE);
  }

  get hidden(): boolean {
    return this.hasAttribute("hidden");
  }
  set hidden(value: boolean) {
    this.toggleAttribute("hidden", Boolean(value));
  }
  get innerText(): string {
    return this.textContent ?? "";
  }
  set innerText(text: string) {
    this.textContent = text;
  }

  /** The whole address that an attribute names; what it says where that is none. */
  protected addressOf(attribute: string): string {
    const value = this.getAttribute(attribute);
    return value === null ? "" : (URL.parse(value, this.ownerDocument?.baseURI)?.href ?? value);
  }

  /** Whether it is a label: it was put over the picture as CSS2DRenderer does it. */
  get isLabel(): boolean {
    return this.#isLabel;
  }

  override handleConnected(): void {
    if (this.#isLabel) this.ownerDocument?.defaultView?.labels.note(this);
    super.handleConnected();
  }

  /** Of a label, what is looked at in each frame anyway is no change of its look. */
  protected override isLook(name: string): boolean {
    if (this.#isLabel && (name === "display" || name === "opacity")) return false;
    return super.isLook(name);
  }

  protected override handleChangeBelow(): void {
    if (this.#isLabel) this.ownerDocument?.defaultView?.labels.handleChange();
  }

  protected override handleStyle(name: string, value: string): void {
    if (name === "transform" && !this.#isLabel && isLabelTransform(value)) {
      this.#isLabel = true;
      this.ownerDocument?.defaultView?.labels.note(this);
    }
    if (name === "cursor") this.ownerDocument?.defaultView?.handleCursor();
  }

  protected override empty(): PageElement {
    return this.ownerDocument?.createElement(this.localName) ?? new HtmlElement(null, this.localName);
  }
}

/** An element of SVG or of XML. */
export class SvgElement extends BoxElement {
  readonly viewportElement: PageElement | null = null;

  get ownerSVGElement(): PageElement | null {
    return this.parentElement === null ? null : (this.parentElement as PageElement).closest("svg");
  }
  get sheet(): StyleSheet | null {
    return this.localName === "style" ? sheetOf(this.textContent ?? "") : null;
  }

  protected override empty(): PageElement {
    return new SvgElement(this.ownerDocument, this.tagName, this.namespaceURI);
  }
}

/** `<a>`, whose `href` is a whole address. */
export class AnchorElement extends HtmlElement {
  get href(): string {
    return this.addressOf("href");
  }
  set href(value: string) {
    this.setAttribute("href", value);
  }
  get protocol(): string {
    return this.#url?.protocol ?? ":";
  }
  get host(): string {
    return this.#url?.host ?? "";
  }
  get hostname(): string {
    return this.#url?.hostname ?? "";
  }
  get port(): string {
    return this.#url?.port ?? "";
  }
  get pathname(): string {
    return this.#url?.pathname ?? "";
  }
  get search(): string {
    return this.#url?.search ?? "";
  }
  get hash(): string {
    return this.#url?.hash ?? "";
  }
  get origin(): string {
    return this.#url?.origin ?? "";
  }

  get #url(): URL | null {
    return URL.parse(this.getAttribute("href") ?? "", this.ownerDocument?.baseURI);
  }
}

/** `<script>`. In a scene that is no page it does not run: what that needs it imports. */
export class ScriptElement extends HtmlElement {
  get src(): string {
    return this.getAttribute("src") ?? "";
  }
  set src(value: string) {
    this.setAttribute("src", value);
  }

  override handleConnected(): void {
    if (handScript(this.ownerDocument, this)) return;
    const name = this.src === "" ? "" : ` of ${this.src}`;
    const error = new Error(`A <script> element${name} does not run in a scene. Import the module instead.`);
    this.ownerDocument?.defaultView?.reportError(error);
    setImmediate(() => this.deliver(makeEvent("error", { message: error.message })));
  }
}

function pixelsOf(size: string | undefined): number | null {
  const pixels = /^(\d+(?:\.\d+)?)px$/.exec(size ?? "")?.[1];
  return pixels === undefined ? null : Math.round(Number(pixels));
}

function datasetOf(element: PageElement): Record<string, string> {
  const nameOf = (key: string) => `data-${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return new Proxy<Record<string, string>>(
    {},
    {
      get: (_, key) => (typeof key === "string" ? (element.getAttribute(nameOf(key)) ?? undefined) : undefined),
      has: (_, key) => typeof key === "string" && element.hasAttribute(nameOf(key)),
      set: (_, key, value) => {
        if (typeof key === "string") element.setAttribute(nameOf(key), value);
        return true;
      },
      deleteProperty: (_, key) => {
        if (typeof key === "string") element.removeAttribute(nameOf(key));
        return true;
      },
    },
  );
}
