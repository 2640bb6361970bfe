/**
 * Owns what is seen: the screens on top of each other, the shown one in front, over it the exact picture of a scene at
 * rest, and before all of them the last picture of a stream that ended, kept until another has its own, so that nothing
 * ever flashes black. All of them lie in a frame of the scene's shape, so that a stream of another size moves nothing.
 */

import type { PictureSize } from "../../shared/video.ts";
import { ExactLayer } from "./exact-layer.ts";
import { type Corners, pointInPlane, type ViewportPoint } from "./picture-plane.ts";
import { fitPicture, type PicturePoint, type Rectangle } from "./picture-rectangle.ts";
import { drawPicture, fitInto, pngOf, type Screen } from "./screen.ts";

export class Picture {
  /** The element that holds the picture and takes input. */
  readonly element: HTMLDivElement = document.createElement("div");
  /** The exact picture of a scene at rest. */
  readonly exact: ExactLayer = new ExactLayer();
  readonly #frame = document.createElement("div");
  readonly #last = document.createElement("canvas");
  readonly #lastLayer = document.createElement("div");
  /** Marks without a size, in the order of `Corners`. */
  readonly #corners = [makeCorner(0, 0), makeCorner(1, 0), makeCorner(0, 1), makeCorner(1, 1)] as const;
  #shown: Screen | null = null;
  #isFrozen = false;
  #announced: PictureSize | null = null;

  constructor(target: HTMLElement, screens: readonly Screen[]) {
    Object.assign(this.element.style, { position: "relative", width: "100%", height: "100%", isolation: "isolate" });
    // The frame below measures itself by it.
    this.element.style.containerType = "size";
    Object.assign(this.#frame.style, { position: "absolute", inset: "0", margin: "auto" });
    Object.assign(this.#lastLayer.style, { position: "absolute", inset: "0", zIndex: "2", display: "none" });
    this.#last.ariaHidden = "true";
    fitInto(this.#lastLayer, this.#last);
    this.#frame.append(...screens.map((screen) => screen.element), this.exact.element, this.#lastLayer);
    this.#frame.append(...this.#corners);
    this.element.append(this.#frame);
    target.append(this.element);
  }

  /** The size of the scene's picture, which streams may be smaller than. */
  announceSize(size: PictureSize): void {
    this.#announced = size;
    const shape = size.width / size.height;
    this.#frame.style.width = `min(100cqw, ${100 * shape}cqh)`;
    this.#frame.style.height = `min(100cqh, ${100 / shape}cqw)`;
  }

  /** The size of the scene's picture in pixels; null before anything is known. */
  get size(): PictureSize | null {
    return this.#announced ?? this.#shown?.size ?? null;
  }

  /** What of the viewport the picture takes, with all that the page's styles do to it. */
  rectangle(): Rectangle {
    return fitPicture(this.element.getBoundingClientRect(), this.size);
  }

  /** Where the picture is in its element, whatever the page's styles do to that. */
  layout(): Rectangle {
    const { clientWidth: width, clientHeight: height } = this.element;
    return fitPicture({ left: 0, top: 0, width, height }, this.size);
  }

  /** The point in the picture under a position of the viewport; null where there is none. */
  pointAt(clientX: number, clientY: number): PicturePoint | null {
    const corners: Corners = [at(this.#corners[0]), at(this.#corners[1]), at(this.#corners[2]), at(this.#corners[3])];
    return pointInPlane(corners, clientX, clientY);
  }

  /** Brings a screen that has a picture to the front. The others lie under it, where they still draw. */
  show(screen: Screen): void {
    if (this.#shown === screen && !this.#isFrozen) return;
    if (this.#shown !== null) this.#shown.element.style.zIndex = "";
    screen.element.style.zIndex = "1";
    this.#shown = screen;
    this.#setFrozen(false);
  }

  /** Keeps the picture of this moment on the screen, whatever becomes of the stream. */
  freeze(): void {
    if (this.#isFrozen || this.#shown === null || this.#shown.keepsPicture) return;
    if (drawPicture(this.#shown, this.#last)) this.#setFrozen(true);
  }

  /** The picture of this moment as PNG. Rejects with an `Error` when there is none. */
  snapshot(): Promise<Blob> {
    if (this.#isFrozen) return pngOf(this.#last);
    if (this.exact.isShown) return pngOf(this.exact.canvas);
    return this.#shown?.takePng() ?? Promise.reject(new Error("There is no picture yet."));
  }

  /** Takes everything out of the page. */
  close(): void {
    this.element.remove();
  }

  #setFrozen(isFrozen: boolean): void {
    this.#isFrozen = isFrozen;
    this.#lastLayer.style.display = isFrozen ? "block" : "none";
  }
}

/** A mark at a corner of the frame: the browser takes it wherever it takes the picture. */
function makeCorner(x: 0 | 1, y: 0 | 1): HTMLElement {
  const corner = document.createElement("span");
  corner.ariaHidden = "true";
  const place = { position: "absolute", left: `${100 * x}%`, top: `${100 * y}%`, width: "0", height: "0" };
  Object.assign(corner.style, place);
  return corner;
}

function at(corner: HTMLElement): ViewportPoint {
  const { left: x, top: y } = corner.getBoundingClientRect();
  return { x, y };
}
