/** Owns the canvas that lies over the video while the scene rests, with the exact picture on it. */

import { fitInto } from "./screen.ts";

export class ExactLayer {
  /** Fills the picture's element, like the screens under it. */
  readonly element: HTMLDivElement = document.createElement("div");
  readonly #canvas = document.createElement("canvas");
  #isShown = false;

  constructor() {
    Object.assign(this.element.style, { position: "absolute", inset: "0", zIndex: "1", visibility: "hidden" });
    this.element.dataset["exact"] = "";
    this.#canvas.ariaHidden = "true";
    fitInto(this.element, this.#canvas);
  }

  get isShown(): boolean {
    return this.#isShown;
  }

  /** What is on it. */
  get canvas(): HTMLCanvasElement {
    return this.#canvas;
  }

  /** Shows a picture. The caller keeps the bitmap. */
  show(bitmap: ImageBitmap): void {
    if (this.#isShown) return;
    const canvas = this.#canvas;
    if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
    if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
    // With transparency: under an opaque layer the browser may stop to draw the video, and to tell of its frames.
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
    this.#setShown(true);
  }

  hide(): void {
    if (this.#isShown) this.#setShown(false);
  }

  #setShown(isShown: boolean): void {
    this.#isShown = isShown;
    this.element.style.visibility = isShown ? "visible" : "hidden";
  }
}
