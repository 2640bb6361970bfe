/**
 * Owns the page that a scene runs in: there before any module of the scene is evaluated, with the canvas that the renderer
 * draws on, until another scene takes its place. Render thread.
 *
 * PG1 `renderer.domElement` and the scene's `element` are one object.
 * PG2 The picture's size is the server's: `renderer.setSize`, `setPixelRatio` and the like do nothing, and `getSize` gives
 *     the size of the picture.
 * PG3 `renderer.setAnimationLoop` calls before each frame, and has frames drawn.
 */

import type { WebGLRenderer } from "three";
import type { InputEvent } from "../../../shared/input.ts";
import type { PictureSize } from "../../../shared/video.ts";
import { allowGlCanvases } from "./images/gl-canvas.ts";
import { acceptImageSources, type UploadContext } from "./images/texture-uploads.ts";
import { InputElement } from "./input-element.ts";
import { currentPage, insidePage, installPageGlobals } from "./page-globals.ts";
import type { PageHost } from "./page-window.ts";

export type PageOptions = {
  /** The address of the scene's file. */
  readonly url: string;
  /** The size of the picture in pixels. */
  readonly size: PictureSize;
  /** What draws the picture; see `adopt`. */
  readonly renderer?: WebGLRenderer;
};

/** Contexts that take a page's images already; the server's own WebGL 2, which gl's stands in for, does by itself. */
const accepting = new WeakSet<object>();

export class Page {
  /** The canvas of the picture. */
  readonly element: InputElement;
  readonly #uninstall: () => void;
  #host: PageHost | null = null;
  #cursor = "";

  /** Makes a page whose names are the global ones from now on, until it is closed or another one is opened. */
  static open({ url, size, renderer }: PageOptions): Page {
    const page = new Page(url, size);
    if (renderer !== undefined) page.adopt(renderer);
    return page;
  }

  private constructor(url: string, size: PictureSize) {
    const host: PageHost = {
      onError: (error) => (this.#host === null ? console.error(error) : this.#host.onError(error)),
      onFrameRequested: () => this.#host?.onFrameRequested(),
      onCursor: (cursor) => this.#handleCursor(cursor),
    };
    this.element = new InputElement(size, host, { url, isSettingUp: true });
    this.#uninstall = installPageGlobals(this.element.ownerDocument.defaultView);
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
    const context = renderer.getContext();
    allowGlCanvases(context);
    if (!("makeCurrent" in context || accepting.has(context))) acceptImageSources(context as unknown as UploadContext);
    accepting.add(context);
    element.setContext(context);
    const nothing = (): void => undefined;
    Object.assign(renderer, {
      domElement: element,
      setSize: nothing,
      setPixelRatio: nothing,
      setDrawingBufferSize: nothing,
      // Of the page that calls: a scene that is replaced stops its own loop.
      setAnimationLoop: (callback: ((time: number) => unknown) | null) => currentPage()?.setAnimationLoop(callback),
    });
  }

  /** The scene is set up: what asked for a frame is called before each from now on. */
  finishSetup(): void {
    this.inside(() => this.element.ownerDocument.defaultView.finishSetup());
  }

  /** Gives an event to the scene. Returns whether anything in it listened. */
  handleInput(event: InputEvent): boolean {
    return this.inside(() => this.element.dispatchInput(event));
  }

  /** Calls what asked for this frame. `time` in ms as of performance.now(). */
  runFrameCallbacks(time: number): void {
    this.inside(() => this.element.ownerDocument.defaultView.runFrameCallbacks(time));
  }

  /** Runs `work` of this page's scene while the global names mean this page. */
  inside<Result>(work: () => Result): Result {
    return insidePage(this.element.ownerDocument.defaultView, work);
  }

  /** Ends what the scene has running here; the global names mean the page before, if there is one. */
  close(): void {
    this.#uninstall();
    this.element.ownerDocument.defaultView.close();
    this.element.removeAllListeners();
  }

  #handleCursor(cursor: string): void {
    if (cursor === this.#cursor) return;
    this.#cursor = cursor;
    this.#host?.onCursor?.(cursor);
  }
}
