/** Owns where the pictures of a piece are written, in the process of the piece. */

import { rename, rm, writeFile } from "node:fs/promises";
import type { PictureSize } from "../../shared/video.ts";
import type { encodeStill } from "../encode/pictures/still-picture.ts";
import type { FrameRate } from "../encode/video/movie-encoder.ts";
import { diskWords } from "../platform/disk-words.ts";
import { picturePath } from "./render-output.ts";
import type { PieceTarget } from "./render-work.ts";

export type PictureTarget = {
  /** Takes the picture of a frame, in the order of frames; its memory is read until the promise is settled. */
  add(frame: number, rgba: Uint8Array): Promise<void>;
  /** Has all that was added be there under its name. */
  finish(): Promise<void>;
  /** Leaves nothing half done. Idempotent. */
  close(): void;
};

export type PictureShape = {
  readonly size: PictureSize;
  readonly fps: FrameRate;
  /** Whether they show all around. */
  readonly isPanorama: boolean;
};

/** Rejects with `StreamError` "output-failed" or "no-encoder", as its methods do. */
export async function openTarget(target: PieceTarget, { size, fps, isPanorama }: PictureShape): Promise<PictureTarget> {
  if (target.kind === "pictures") {
    const { encodeStill } = await import("../encode/pictures/still-picture.ts");
    return new PictureFiles(target, size, encodeStill);
  }
  const { MovieFile } = await import("../encode/mux/movie-file.ts");
  const file = new MovieFile(target.path, { ...target.coding, size, fps, isPanorama });
  return {
    add: async (_, rgba) => file.add(rgba),
    finish: async () => file.finish(),
    close: () => file.close(),
  };
}

class PictureFiles implements PictureTarget {
  readonly #target: Extract<PieceTarget, { readonly kind: "pictures" }>;
  readonly #size: PictureSize;
  readonly #encode: typeof encodeStill;

  constructor(
    target: Extract<PieceTarget, { readonly kind: "pictures" }>,
    size: PictureSize,
    encode: typeof encodeStill,
  ) {
    this.#target = target;
    this.#size = size;
    this.#encode = encode;
  }

  async add(frame: number, rgba: Uint8Array): Promise<void> {
    const path = picturePath(this.#target.pattern, frame);
    const bytes = await this.#encode(rgba, this.#size, this.#target);
    const part = `${path}.part`;
    try {
      await writeFile(part, bytes);
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      throw diskWords(path, error);
    }
  }

  async finish(): Promise<void> {}

  close(): void {}
}
