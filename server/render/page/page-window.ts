/**
 * Owns what a scene finds as `window`: its document, its size, and everything of a browser that belongs to one page. It is
 * what events bubble up to; `installPageGlobals` makes its properties the global names. Render thread.
 */

import type { PictureSize } from "../../../shared/video.ts";
import { AnimationFrames } from "./animation-frames.ts";
import { PageDocument } from "./dom/page-document.ts";
import { isElement, type PageElement } from "./dom/page-element.ts";
import { domParserOf } from "./dom/parser.ts";
import { styleDeclaration } from "./dom/style-declaration.ts";
import { elementFactory } from "./element-factory.ts";
import { PageEventTarget } from "./events/page-event-target.ts";
import { FontFaceSet, fontFaceOf } from "./images/fonts.ts";
import { Labels } from "./labels/labels.ts";
import { Addresses } from "./network/addresses.ts";
import { type Fetch, pageFetch } from "./network/page-fetch.ts";
import { xmlHttpRequestOf } from "./network/xml-http-request.ts";
import { observersOf } from "./observers.ts";
import { definePageClasses } from "./page-classes.ts";
import { PointerTargets } from "./pointer-targets.ts";
import { createStorage, type Storage } from "./storage.ts";
import { Cascade } from "./styles/cascade.ts";
import { StyleSheets } from "./styles/style-sheets.ts";
import { pageWorkerOf } from "./workers/page-worker.ts";

/** What a page needs of its owner. */
export type PageHost = {
  /** Told what a listener, a frame callback or a worker threw. */
  onError(error: unknown): void;
  /** Told that a scene called `requestAnimationFrame`: a frame is wanted, and `runFrameCallbacks` before it. */
  onFrameRequested(): void;
  /** Told which cursor the scene wants over the picture, a value of CSS's `cursor`; empty for the usual one. */
  onCursor?(cursor: string): void;
  /** Told that the document has another title. */
  onTitle?(): void;
  /** Told that something changed that lies over the picture. */
  onSeenChange?(): void;
};

export type PageWindowOptions = {
  /** The address of the scene's file, from which relative addresses count. Default: that of the working directory. */
  readonly url?: string;
  /** Whether the scene is being set up, until `finishSetup`. Default false. */
  readonly isSettingUp?: boolean;
};

/** Kept from one scene to the next, as a reload keeps them. */
const storages: Readonly<Record<"localStorage" | "sessionStorage", Storage>> = {
  localStorage: createStorage(),
  sessionStorage: createStorage(),
};

export class PageWindow extends PageEventTarget {
  readonly devicePixelRatio: number = 1;
  readonly pageXOffset: number = 0;
  readonly pageYOffset: number = 0;
  readonly scrollX: number = 0;
  readonly scrollY: number = 0;
  readonly isSecureContext: boolean = true;
  readonly document: PageDocument;
  readonly location: URL;
  readonly fonts: FontFaceSet;
  readonly sheets: StyleSheets;
  readonly labels: Labels;
  readonly pointers: PointerTargets;
  readonly fetch: Fetch;
  readonly requestAnimationFrame: AnimationFrames["request"];
  readonly cancelAnimationFrame: AnimationFrames["cancel"];
  readonly #frames: AnimationFrames;
  readonly #addresses: Addresses;
  readonly #workers = new Set<{ release(): void }>();
  readonly #playing = new Set<{ close(): void }>();
  readonly #cascade: Cascade;
  readonly #size: () => PictureSize;
  readonly #host: PageHost;
  #canvas: PageElement | null = null;
  /** What `eventFace` is: the global object once the names are installed. */
  #face: object = this;

  /** `size` gives the size of the picture in pixels, which fills the window. */
  constructor(size: () => PictureSize, host: PageHost, options: PageWindowOptions = {}) {
    super(null, (error) => host.onError(error));
    const url = new URL(options.url ?? `file://${process.cwd()}/`);
    this.#size = size;
    this.#host = host;
    this.location = locationOf(url);
    this.#frames = new AnimationFrames(
      { onError: (error) => host.onError(error), onFrameRequested: () => host.onFrameRequested() },
      options.isSettingUp === true,
    );
    this.requestAnimationFrame = this.#frames.request;
    this.cancelAnimationFrame = this.#frames.cancel;
    this.fonts = new FontFaceSet(null, (error) => host.onError(error));
    this.sheets = new StyleSheets(size);
    this.#cascade = new Cascade(this.sheets, size);
    const onChange = (): void => host.onSeenChange?.();
    this.labels = new Labels({ sheets: this.sheets, cascade: this.#cascade, size, onChange });
    this.pointers = new PointerTargets(this.labels);
    this.document = documentOf(this, url.href);
    this.#addresses = new Addresses(url.href);
    this.fetch = pageFetch(this.#addresses);
    this.#addThings(this.#addresses, this.fetch);
    definePageClasses(this);
  }

  protected override get eventFace(): object {
    return this.#face;
  }

  get innerWidth(): number {
    return this.#size().width;
  }
  get innerHeight(): number {
    return this.#size().height;
  }
  get outerWidth(): number {
    return this.innerWidth;
  }
  get outerHeight(): number {
    return this.innerHeight;
  }
  get screen(): object {
    const { width, height } = this.#size();
    const orientation = { type: width < height ? "portrait-primary" : "landscape-primary", angle: 0 };
    return { width, height, availWidth: width, availHeight: height, colorDepth: 24, pixelDepth: 24, orientation };
  }

  /** The file that an address means; null for what is not on this machine. */
  fileOf(address: string): string | null {
    return this.#addresses.fileOf(this.#addresses.resolve(address));
  }

  /** Closes `thing` with the page. */
  own(thing: { close(): void }): void {
    this.#playing.add(thing);
  }

  /** Makes `canvas` the one that fills the window. */
  setCanvas(canvas: PageElement): void {
    this.#canvas = canvas;
  }

  /** Makes `face` what listeners know as the window. */
  setFace(face: object): void {
    this.#face = face;
  }

  reportError(error: unknown): void {
    this.#host.onError(error);
  }

  /** The cursor over the picture is that of what lies over it, or of the canvas, else of what that lies in. */
  handleCursor(): void {
    const { body, documentElement } = this.document;
    const cursors = [...this.labels.layers, this.#canvas, body, documentElement].map(
      (element) => element?.style["cursor"] ?? "",
    );
    this.#host.onCursor?.(cursors.find((cursor) => cursor !== "") ?? "");
  }

  handleTitle(): void {
    this.#host.onTitle?.();
  }

  matchMedia(media: string): object {
    const listen = { addEventListener() {}, removeEventListener() {}, addListener() {}, removeListener() {} };
    return { matches: false, media, onchange: null, ...listen };
  }

  getComputedStyle(element: { readonly style?: object }): object {
    if (!isElement(element)) return element.style ?? {};
    const style = styleDeclaration();
    for (const [name, value] of this.#cascade.styleOf(element)) style.setProperty(name, value);
    return style;
  }

  getSelection(): null {
    return null;
  }

  scrollTo(): void {}

  /** Calls what asked for this frame; what asks meanwhile waits for the next. `time` in ms as of performance.now(). */
  runFrameCallbacks(time: number): void {
    this.#frames.run(time);
  }

  /** Stands for `renderer.setAnimationLoop`. */
  setAnimationLoop(callback: ((time: number) => unknown) | null): void {
    this.#frames.setLoop(callback);
  }

  /** The scene is set up: frame callbacks are called before frames from now on, and `load` is fired. */
  finishSetup(): void {
    this.#frames.finishSetup();
    this.document.deliver(new Event("DOMContentLoaded", { bubbles: true }));
    this.deliver(new Event("load"));
  }

  /** Ends what the scene has running: frame callbacks, videos, listeners; workers as soon as nobody refers to them. */
  close(): void {
    this.#frames.close();
    for (const worker of this.#workers) worker.release();
    for (const video of this.#playing) video.close();
    this.#workers.clear();
    this.#playing.clear();
    this.removeAllListeners();
    this.document.removeAllListeners();
  }

  #addThings(addresses: Addresses, fetch: Fetch): void {
    const onError = (error: unknown): void => this.#host.onError(error);
    const fetchBytes = async (address: string) => new Uint8Array(await (await fetch(address)).arrayBuffer());
    const say = (text: unknown): boolean => {
      console.warn(String(text));
      return false;
    };
    Object.assign(this, {
      XMLHttpRequest: xmlHttpRequestOf({ addresses, fetch, onError }),
      Worker: pageWorkerOf({ addresses, onError, workers: this.#workers }),
      FontFace: fontFaceOf(fetchBytes),
      DOMParser: domParserOf(elementFactory, this.document.baseURI),
      ...observersOf(this),
      ...storages,
      history: { length: 1, state: null, pushState() {}, replaceState() {}, back() {}, forward() {}, go() {} },
      alert: say,
      confirm: say,
      prompt: (text: unknown) => say(text) || null,
      open: () => null,
      setTimeout,
      clearTimeout,
    });
  }
}

function documentOf(view: PageWindow, baseUrl: string): PageDocument {
  const onError = (error: unknown): void => view.reportError(error);
  const document = new PageDocument({ view, elementFactory, baseUrl, onError });
  const html = document.createElement("html");
  html.append(document.createElement("head"), document.createElement("body"));
  document.append(html);
  return document;
}

function locationOf(url: URL): URL {
  const refuse = (): never => {
    throw new Error("A scene cannot go to another address.");
  };
  return Object.assign(new URL(url), { assign: refuse, replace: refuse, reload: refuse });
}
