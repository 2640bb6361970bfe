/**
 * Owns what is seen: the screens on top of each other, the shown one in front, and before all of them the last picture of
 * a stream that ended, kept until another has its own, so that nothing ever flashes black.
 */

import type { PictureSize } from "../shared/video.ts";
import { fitPicture, type Rectangle } from "./picture-rectangle.ts";
import { drawPicture, fitInto, pngOf, type Screen } from "./screen.ts";

export class Picture {
  /** The element that holds the picture and takes input. */
  readonly element: HTMLDivElement = document.createElement("div");
  readonly #still = document.createElement("canvas");
  readonly #stillLayer = document.createElement("div");
  #shown: Screen | null = null;
  #isFrozen = false;
  #announced: PictureSize | null = null;

  constructor(target: HTMLElement, screens: readonly Screen[]) {
    Object.assign(this.element.style, { position: "relative", width: "100%", height: "100%", isolation: "isolate" });
    Object.assign(this.#stillLayer.style, { position: "absolute", inset: "0", zIndex: "2", display: "none" });
    this.#still.ariaHidden = "true";
    fitInto(this.#stillLayer, this.#still);
    this.element.append(...screens.map((screen) => screen.element), this.#stillLayer);
    target.append(this.element);
  }

  /** The size that the server announced, for as long as no picture tells its own. */
  announceSize(size: PictureSize): void {
    this.#announced = size;
  }

  /** The size of the picture in pixels; null before anything is known. */
  get size(): PictureSize | null {
    return this.#shown?.size ?? this.#announced;
  }

  /** Where the picture is in the viewport. */
  rectangle(): Rectangle {
    return fitPicture(this.element.getBoundingClientRect(), this.size);
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
    if (drawPicture(this.#shown, this.#still)) this.#setFrozen(true);
  }

  /** The picture of this moment as PNG. Rejects with an `Error` when there is none. */
  snapshot(): Promise<Blob> {
    if (this.#isFrozen) return pngOf(this.#still);
    return this.#shown?.takePng() ?? Promise.reject(new Error("There is no picture yet."));
  }

  /** Takes everything out of the page. */
  close(): void {
    this.element.remove();
  }

  #setFrozen(isFrozen: boolean): void {
    this.#isFrozen = isFrozen;
    this.#stillLayer.style.display = isFrozen ? "block" : "none";
  }
}
