/**
 * Owns what is seen: the screens on top of each other, the shown one in front, over it the exact picture of a scene at
 * rest, and before all of them the last picture of a stream that ended, kept until another has its own, so that nothing
 * ever flashes black. All of them lie in a frame of the scene's shape, so that a stream of another size moves nothing.
 *
 * PI1 Where the scene gets another shape, the frame has it with the first picture of that shape, not sooner; until then a
 *     picture is shown whole, never stretched.
 */

import { Emitter } from "../../shared/emitter.ts";
import { isSameShape, type PictureSize } from "../../shared/video.ts";
import { ExactLayer } from "./exact-layer.ts";
import { type Corners, pointInPlane, type ViewportPoint } from "./picture-plane.ts";
import { fitPicture, MAX_GAP, type PicturePoint, type Rectangle } from "./picture-rectangle.ts";
import { drawPicture, FIT, fitInto, pngOf, type Screen } from "./screen.ts";

export type PictureEvents = {
  /** The picture has another shape. */
  readonly reshaped: Record<never, never>;
};

export class Picture extends Emitter<PictureEvents> {
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
  /** What the frame has the shape of. */
  #shape: PictureSize | null = null;

  constructor(target: HTMLElement, screens: readonly Screen[]) {
    super();
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
    for (const screen of screens) screen.on("frameShown", () => this.#follow(screen));
  }

  /** The size of the scene's picture, which streams may be smaller than. */
  announceSize(size: PictureSize): void {
    this.#announced = size;
    const shown = this.#shown?.size ?? null;
    if (shown === null ? !this.#isFrozen : isSameShape(shown, size)) this.#reshape(size);
    else this.#frame.style.setProperty(FIT, "contain");
  }

  /** What of the viewport the picture takes, with all that the page's styles do to it. */
  rectangle(): Rectangle {
    return fitPicture(this.element.getBoundingClientRect(), this.#shape ?? this.#shown?.size ?? null);
  }

  /** Where the picture is in its element, whatever the page's styles do to that. */
  layout(): Rectangle {
    const { clientWidth: width, clientHeight: height } = this.element;
    return fitPicture({ left: 0, top: 0, width, height }, this.#shape ?? this.#shown?.size ?? null);
  }

  /** The point in the picture under a position of the viewport; null where there is none. */
  pointAt(clientX: number, clientY: number): PicturePoint | null {
    const corners: Corners = [at(this.#corners[0]), at(this.#corners[1]), at(this.#corners[2]), at(this.#corners[3])];
    return pointInPlane(corners, clientX, clientY);
  }

  /** Brings a screen that has a picture to the front. The others lie under it, where they still draw. */
  show(screen: Screen): void {
    if (this.#shown === screen && !this.#isFrozen) return;
    this.#takeShape(screen);
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

  /** Draws the picture of this moment into a canvas, as large as it fits; false when there is none. */
  draw(canvas: HTMLCanvasElement): boolean {
    const shown = this.#shown;
    if (this.#isFrozen) return drawInto(this.#last, this.#last, canvas);
    if (this.exact.isShown) return drawInto(this.exact.canvas, this.exact.canvas, canvas);
    return drawInto(shown?.source ?? null, shown?.size ?? null, canvas);
  }

  /** Takes everything out of the page. */
  close(): void {
    this.element.remove();
  }

  /** PI1. Its word comes by another way than the picture, and may be later. */
  #follow(screen: Screen): void {
    if (screen === this.#shown && !this.#isFrozen) this.#takeShape(screen);
  }

  #takeShape({ size }: Screen): void {
    if (size === null || (this.#shape !== null && isSameShape(size, this.#shape))) return;
    const announced = this.#announced;
    this.#reshape(announced !== null && isSameShape(size, announced) ? announced : size);
  }

  /** Fills the element where next to nothing would be left of it. */
  #reshape(size: PictureSize): void {
    this.#shape = size;
    const [width, height] = [`${(100 * size.width) / size.height}cqh`, `${(100 * size.height) / size.width}cqw`];
    this.#frame.style.width = sideOf("100cqw", width);
    this.#frame.style.height = sideOf("100cqh", height);
    this.#frame.style.removeProperty(FIT);
    this.emit("reshaped", {});
  }

  #setFrozen(isFrozen: boolean): void {
    this.#isFrozen = isFrozen;
    this.#lastLayer.style.display = isFrozen ? "block" : "none";
  }
}

/** CSS for the length of `side`, and for `all` where that is hardly more (`fitPicture`). */
function sideOf(all: string, side: string): string {
  const gap = `${MAX_GAP}px`;
  return `min(${all}, calc(${side} + clamp(0px, (${gap} - ${all} + ${side}) * 1000, ${gap})))`;
}

/** A mark at a corner of the frame: the browser takes it wherever it takes the picture. */
function makeCorner(x: 0 | 1, y: 0 | 1): HTMLElement {
  const corner = document.createElement("span");
  corner.ariaHidden = "true";
  const place = { position: "absolute", left: `${100 * x}%`, top: `${100 * y}%`, width: "0", height: "0" };
  Object.assign(corner.style, place);
  return corner;
}

/** Bars are black. */
function drawInto(source: CanvasImageSource | null, size: PictureSize | null, canvas: HTMLCanvasElement): boolean {
  const context = canvas.getContext("2d");
  if (source === null || size === null || context === null) return false;
  const { left, top, width, height } = fitPicture(
    { left: 0, top: 0, width: canvas.width, height: canvas.height },
    size,
  );
  context.fillStyle = "#000";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, left, top, width, height);
  return true;
}

function at(corner: HTMLElement): ViewportPoint {
  const { left: x, top: y } = corner.getBoundingClientRect();
  return { x, y };
}
