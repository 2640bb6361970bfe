/**
 * Owns the memory by which the pictures of a source come from another process, over all its sizes. In the render thread of a studio.
 *
 * UM1 When a larger box needs more memory the picture of before is kept until the first one in the new memory.
 */

import type { PictureSize } from "../../shared/video.ts";
import { type HeldPicture, type PictureMemoryInit, PictureReader } from "../frames/picture-memory.ts";

/** A box that is drawn larger bit by bit does not need other memory at each bit. */
const SPARE = 1.5;

export class SharedPictures {
  #reader: PictureReader;
  #before: PictureReader | null = null;

  /** Throws where there is no memory. */
  constructor(size: PictureSize) {
    this.#reader = PictureReader.make(size.width * size.height);
  }

  /** Where the pictures are to be put. */
  get init(): PictureMemoryInit {
    return this.#reader.init;
  }

  /** Makes room for pictures of this size. Throws where there is no memory; then all is as it was. */
  fit({ width, height }: PictureSize): void {
    if (width * height <= this.#reader.maxPixels) return;
    const reader = PictureReader.make(Math.ceil(width * height * SPARE));
    // UM1, also where there was none yet in the memory of before.
    if (this.#before === null || this.#reader.take() !== null) {
      this.#before?.close();
      this.#before = this.#reader;
    } else this.#reader.close();
    this.#reader = reader;
  }

  /** Valid until the next call. */
  take(): HeldPicture | null {
    const picture = this.#reader.take();
    if (picture === null) return this.#before?.take() ?? null;
    this.#before?.close();
    this.#before = null;
    return picture;
  }

  /** There is no picture until there is another. */
  retire(): void {
    this.#before?.close();
    this.#before = null;
    this.#reader.retire();
  }

  close(): void {
    this.#before?.close();
    this.#reader.close();
  }
}
