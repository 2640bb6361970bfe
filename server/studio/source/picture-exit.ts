/** Owns the way of a source's pictures into the memory that it shares with its studio: which part is shown, and where it goes. In the process of the source. */

import type { PictureShowing } from "../../../shared/picture-cut.ts";
import type { PictureSize } from "../../../shared/video.ts";
import { type PictureMemoryInit, PictureWriter } from "../../frames/picture-memory.ts";
import { copyRows } from "../../platform/rgba-pixels.ts";

export class PictureExit {
  #showing: PictureShowing;
  #writer: PictureWriter;
  #path: string;

  /** Throws what the file system says. */
  constructor(memory: PictureMemoryInit, showing: PictureShowing) {
    this.#writer = PictureWriter.open(memory);
    this.#path = memory.path;
    this.#showing = showing;
  }

  get showing(): PictureShowing {
    return this.#showing;
  }

  show(memory: PictureMemoryInit, showing: PictureShowing): void {
    this.#showing = showing;
    if (memory.path === this.#path) return;
    const before = this.#writer;
    this.#writer = PictureWriter.open(memory);
    this.#path = memory.path;
    before.close();
  }

  /** Rows of RGBA from the top down, `stride` bytes from one to the next. */
  put(rows: Uint8Array, stride: number, size: PictureSize, hasAlpha: boolean): void {
    const target = this.#writer.begin(size);
    // It was made for a box of before; the next one fits.
    if (target === null) return;
    copyRows(rows, stride, size, target);
    this.#writer.publish(size, hasAlpha);
  }
}
