/** Owns pictures that stand still: images, shown anew when their file changes, and pages. In the process of the source. */

import { readFile, stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { cutOf } from "../../../shared/picture-cut.ts";
import { FileWatch } from "../../platform/file-watch.ts";
import { hasAlpha } from "../../platform/rgba-pixels.ts";
import { cutPixels, decodeImage } from "../../render/page/images/decode-image.ts";
import { takePagePicture } from "./page-picture.ts";
import type { PictureExit } from "./picture-exit.ts";
import type { ForkedSource } from "./source-protocol.ts";

const MAX_BYTES: number = 256 * 1024 * 1024;

type Still = Extract<ForkedSource, { readonly kind: "image" | "page" }>;
type Decoded = Awaited<ReturnType<typeof decodeImage>>;

export class StillPlayer {
  readonly #source: Still;
  readonly #exit: PictureExit;
  #pixels: Decoded | null = null;

  constructor(source: Still, exit: PictureExit) {
    this.#source = source;
    this.#exit = exit;
  }

  /** Shows it, and again when it changes. Rejects where it cannot be shown; `alive` is called whenever it was. */
  async play(alive: () => void): Promise<never> {
    const source = this.#source;
    for (;;) {
      const changed = source.kind === "image" ? changeOf(source.file) : null;
      this.#pixels = await decodeImage(await bytesOf(source));
      await this.refresh();
      alive();
      await (changed ??
        (source.kind === "page" && source.everySeconds !== null
          ? delay(source.everySeconds * 1000)
          : new Promise<never>(() => undefined)));
    }
  }

  /** Puts the picture again, as its box has changed. */
  async refresh(): Promise<void> {
    const pixels = this.#pixels;
    if (pixels === null) return;
    const { showing } = this.#exit;
    const { data, width, height } = await cutPixels(pixels, cutOf(pixels, showing));
    // Meanwhile it may have changed once more.
    if (showing !== this.#exit.showing) return;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#exit.put(bytes, width * 4, { width, height }, hasAlpha(bytes));
  }
}

async function bytesOf(source: Still): Promise<Uint8Array> {
  if (source.kind === "page") return await takePagePicture(source);
  const info = await stat(source.file);
  // Devices have no end, and pipes perhaps no beginning.
  if (!info.isFile()) throw new Error("It is no plain file.");
  if (info.size > MAX_BYTES) throw new Error("The file is too large for an image.");
  return await readFile(source.file);
}

function changeOf(file: string): Promise<void> {
  return new Promise((resolve) => {
    const watch = new FileWatch(() => {
      watch.close();
      resolve();
    });
    watch.follow([file]);
  });
}
