/** Owns the canvas that shows single pictures, one after another. */

import type { PictureSize } from "../../shared/video.ts";
import { fitInto, Screen } from "./screen.ts";

export class ImageScreen extends Screen {
  readonly #canvas = document.createElement("canvas");
  #size: PictureSize | null = null;
  #presented = 0;

  constructor() {
    super();
    fitInto(this.element, this.#canvas);
  }

  override get size(): PictureSize | null {
    return this.#size;
  }

  override get source(): CanvasImageSource | null {
    return this.#size === null ? null : this.#canvas;
  }

  /** Another stream begins; the last picture stays. */
  start(): void {
    this.forgetPicture();
    this.#presented = 0;
  }

  show(bitmap: ImageBitmap): void {
    const { width, height } = bitmap;
    this.#size = { width, height };
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
    this.#presented += 1;
    this.notePicture();
    const timeMs = performance.now();
    const times = { timeMs, decodedMs: timeMs, decodeMs: null, receivedMs: null };
    this.emit("frameShown", { name: null, presentedFrames: this.#presented, ...times });
  }

  /** The stream is over; its last picture stays. */
  stop(): void {
    this.forgetPicture();
  }
}
