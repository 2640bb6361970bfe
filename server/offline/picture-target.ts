/** Owns where the pictures of a piece are written, in the process of the piece. */

import { rename, rm, writeFile } from "node:fs/promises";
import type { PictureSize } from "../../shared/video.ts";
import { MovieFile } from "../encode/mux/movie-file.ts";
import { encodeStill } from "../encode/pictures/still-picture.ts";
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

/** Throws `StreamError` "output-failed" or "no-encoder", as its methods do. */
export function openTarget(target: PieceTarget, { size, fps, isPanorama }: PictureShape): PictureTarget {
  if (target.kind === "pictures") return new PictureFiles(target, size);
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

  constructor(target: Extract<PieceTarget, { readonly kind: "pictures" }>, size: PictureSize) {
    this.#target = target;
    this.#size = size;
  }

  async add(frame: number, rgba: Uint8Array): Promise<void> {
    const path = picturePath(this.#target.pattern, frame);
    const bytes = await encodeStill(rgba, this.#size, this.#target);
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
