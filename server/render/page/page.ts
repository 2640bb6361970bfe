/**
 * Owns the page that a scene runs in: there before any module of the scene is evaluated, with the canvas that the renderer
 * draws on, until another scene takes its place. Render thread.
 *
 * PG1 `renderer.domElement` and the scene's `element` are one object.
 * PG2 The picture's size is the server's: `renderer.setSize`, `setPixelRatio` and the like do nothing, and `getSize` gives
 *     the size of the picture.
 *     A page that draws by itself has renderers of its own (page-picture.ts), for which the same goes.
 *     When that changes they have the new one, before the window hears `resize`.
 * PG3 `renderer.setAnimationLoop` calls before each frame, and has frames drawn.
 */

import type { WebGLRenderer } from "three";
import type { InputEvent } from "../../../shared/input.ts";
import type { PictureSize } from "../../../shared/video.ts";
import type { PageDocument } from "./dom/page-document.ts";
import { allowGlCanvases } from "./images/gl-canvas.ts";
import { acceptImageSources, type UploadContext } from "./images/texture-uploads.ts";
import { InputElement } from "./input-element.ts";
import type { Labels } from "./labels/labels.ts";
import { currentPage, insidePage, installPageGlobals } from "./page-globals.ts";
import { holdSize, PagePicture } from "./page-picture.ts";
import type { PageHost, PageWindow } from "./page-window.ts";

export type PageOptions = {
  /** The address of the scene's file. */
  readonly url: string;
  /** The size of the picture in pixels. */
  readonly size: PictureSize;
  /** What draws the picture; see `adopt`. */
  readonly renderer?: WebGLRenderer;
  /** Whether what runs here draws the picture by itself, as a page does, on the context of `renderer`. Default false. */
  readonly drawsItself?: boolean;
};

/** Contexts that take a page's images already; the server's own WebGL 2, which gl's stands in for, does by itself. */
const accepting = new WeakSet<object>();

export class Page {
  /** The canvas of the picture. */
  readonly element: InputElement;
  readonly #uninstall: () => void;
  #host: PageHost | null = null;
  #cursor = "";
  #picture: PagePicture | null = null;
  /** Whether code of the page runs in a frame or in a listener, after which a frame follows anyway. */
  #isInside = false;

  /** Makes a page whose names are the global ones from now on, until it is closed or another one is opened. */
  static open({ url, size, renderer, drawsItself = false }: PageOptions): Page {
    const page = new Page(url, size);
    if (renderer === undefined) return page;
    if (drawsItself) page.#lend(renderer);
    else page.adopt(renderer);
    return page;
  }

  private constructor(url: string, size: PictureSize) {
    const host: PageHost = {
      onError: (error) => (this.#host === null ? console.error(error) : this.#host.onError(error)),
      onFrameRequested: () => this.#host?.onFrameRequested(),
      onCursor: (cursor) => this.#handleCursor(cursor),
      onTitle: () => this.#host?.onTitle?.(),
      // What changes in a frame is seen in it, or asks for the next as the rest of the scene does.
      onSeenChange: () => this.#isInside || this.#host?.onFrameRequested(),
    };
    this.element = new InputElement(size, host, { url, isSettingUp: true });
    this.#uninstall = installPageGlobals(this.view);
  }

  /** The cursor that the scene wants over the picture: a value of CSS's `cursor`, empty for the usual one. */
  get cursor(): string {
    return this.#cursor;
  }

  /** Tells `host` of what happens in the page from now on. */
  follow(host: PageHost): void {
    this.#host = host;
  }

  /** Has `renderer` draw on this page's canvas (PG1, PG2, PG3). */
  adopt(renderer: WebGLRenderer): void {
    const { element } = this;
    if (this.#picture !== null) return this.#resume(this.#picture);
    const context = prepare(renderer);
    element.setContext(context);
    Object.assign(context, { canvas: element });
    holdSize(renderer);
    Object.assign(renderer, {
      domElement: element,
      // Of the page that calls: a scene that is replaced stops its own loop.
      setAnimationLoop: (callback: ((time: number) => unknown) | null) => currentPage()?.setAnimationLoop(callback),
    });
  }

  /** What lies over the picture. */
  get overlay(): Labels {
    return this.view.labels;
  }

  /** The document, which the HTML of a page is put into. */
  get document(): PageDocument {
    return this.element.ownerDocument;
  }

  /** The window. */
  get view(): PageWindow {
    return this.element.ownerDocument.defaultView;
  }

  /** The canvas of the page that shows the picture; null where none does. */
  get pictureCanvas(): object | null {
    return this.#picture?.canvas ?? null;
  }

  /** Whether the page has drawn on that canvas. */
  get hasDrawn(): boolean {
    return this.#picture?.hasDrawn ?? false;
  }

  /** The scene is set up: what asked for a frame is called before each from now on. */
  finishSetup(): void {
    this.inside(() => this.view.finishSetup());
  }

  /** The picture has another size, which the renderer of the server has already. */
  resize(size: PictureSize): void {
    this.#picture?.resize(size);
    this.inside(() => this.element.resize(size));
  }

  /** Gives an event to the scene. Returns whether anything in it listened. */
  handleInput(event: InputEvent): boolean {
    return this.inside(() => this.element.dispatchInput(event));
  }

  /** Calls what asked for this frame. `time` in ms as of performance.now(). */
  runFrameCallbacks(time: number): void {
    this.inside(() => this.view.runFrameCallbacks(time));
  }

  /** Runs `work` of this page's scene while the global names mean this page. */
  inside<Result>(work: () => Result): Result {
    this.#picture?.enter();
    const outer = this.#isInside;
    this.#isInside = true;
    try {
      return insidePage(this.view, work);
    } finally {
      this.#isInside = outer;
    }
  }

  /** Ends what the scene has running here; the global names mean the page before, if there is one. */
  close(): void {
    this.#picture?.close();
    this.#uninstall();
    this.view.close();
    this.element.removeAllListeners();
  }

  /** Another page had the context, whose picture is not this one's. At a resize pages draw anew. */
  #resume(picture: PagePicture): void {
    picture.enter(true);
    this.inside(() => this.element.resize({ width: this.element.width, height: this.element.height }));
  }

  /** Gives the context of `renderer` to the page's own renderer. */
  #lend(renderer: WebGLRenderer): void {
    prepare(renderer);
    const { width, height } = this.element;
    const picture = new PagePicture(renderer, { width, height }, () => {
      if (!this.#isInside) this.#host?.onFrameRequested();
    });
    this.#picture = picture;
    this.element.offer((canvas) => picture.claim(canvas));
  }

  #handleCursor(cursor: string): void {
    if (cursor === this.#cursor) return;
    this.#cursor = cursor;
    this.#host?.onCursor?.(cursor);
  }
}

/** Has the context of `renderer` take a page's images, and canvases beside it have contexts of their own. */
function prepare(renderer: WebGLRenderer): object {
  const context = renderer.getContext();
  allowGlCanvases(context);
  if (!("makeCurrent" in context || accepting.has(context))) acceptImageSources(context as unknown as UploadContext);
  accepting.add(context);
  return context;
}
