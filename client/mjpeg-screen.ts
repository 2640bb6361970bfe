/** Owns the image element that shows Motion JPEG over HTTP, which every browser can: the last resort. */

import type { PictureSize } from "../shared/video.ts";
import { fitInto, Screen, type ScreenEvents } from "./screen.ts";

export type MjpegScreenEvents = ScreenEvents & {
  /** It ended by itself. */
  readonly died: { readonly sentence: string };
};

/** Browsers that tell of no picture but the last still have a size as soon as there is one. */
const LOOK_INTERVAL_MS = 50;

/** The server repeats its picture more often than this, so that a connection that fell asleep shows. */
const LONGEST_SILENCE_MS = 35_000;

export class MjpegScreen extends Screen<MjpegScreenEvents> {
  #image: HTMLImageElement | null = null;
  #lookTimer: ReturnType<typeof setInterval> | null = null;
  #heardMs = 0;
  #presented = 0;

  override get size(): PictureSize | null {
    const { naturalWidth: width, naturalHeight: height } = this.#image ?? { naturalWidth: 0, naturalHeight: 0 };
    return width > 0 && height > 0 ? { width, height } : null;
  }

  override get source(): CanvasImageSource | null {
    return this.size === null ? null : this.#image;
  }

  start(url: string): void {
    this.stop();
    const image = document.createElement("img");
    this.#image = image;
    this.#heardMs = performance.now();
    this.#presented = 0;
    image.alt = "";
    image.draggable = false;
    image.addEventListener("load", () => this.#handlePicture(image));
    image.addEventListener("error", () => this.#die(image, "The server sent no pictures."));
    fitInto(this.element, image);
    image.src = url;
    this.#lookTimer = setInterval(() => this.#look(image), LOOK_INTERVAL_MS);
  }

  stop(): void {
    if (this.#lookTimer !== null) clearInterval(this.#lookTimer);
    this.#lookTimer = null;
    this.forgetPicture();
    // Taken out of the page it would go on loading.
    this.#image?.removeAttribute("src");
    this.#image?.remove();
    this.#image = null;
  }

  /** Comes once for each picture in Chromium. */
  #handlePicture(image: HTMLImageElement): void {
    if (this.#image !== image) return;
    this.#heardMs = performance.now();
    this.#presented += 1;
    this.notePicture();
    this.emit("frameShown", { name: null, timeMs: this.#heardMs, presentedFrames: this.#presented });
  }

  #look(image: HTMLImageElement): void {
    if (this.size !== null) this.notePicture();
    if (performance.now() - this.#heardMs > LONGEST_SILENCE_MS) this.#die(image, "No picture has come for long.");
  }

  #die(image: HTMLImageElement, sentence: string): void {
    if (this.#image !== image) return;
    if (this.#lookTimer !== null) clearInterval(this.#lookTimer);
    this.emit("died", { sentence });
  }
}
