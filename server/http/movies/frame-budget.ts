/**
 * Owns how many bytes of frames are in hand for those who ask, of one link or address and of all together: who takes them slowly holds what
 * was made. Pure.
 */

import type { FrameFormat } from "../../movies/movie-form.ts";

const MAX_EACH = 2 ** 29;
const MAX_ALL = 2 ** 30;
/** Several frames are made ahead of who asks for a range as long as they take no more than this, the first one in any case. */
const MAX_AHEAD_BYTES = 2 ** 25;
const MAX_AHEAD: Readonly<Record<FrameFormat, number>> = { png: 8, jpg: 8, webp: 8, raw: 2 };
/** At most, a pixel. */
const BYTES: Readonly<Record<FrameFormat, number>> = { png: 4, jpg: 2, webp: 2, raw: 4 };

/** How many frames of so many pixels are on their way from the decoders for a range. */
export function framesAhead(format: FrameFormat, pixels: number): number {
  return Math.max(1, Math.min(MAX_AHEAD[format], Math.floor(MAX_AHEAD_BYTES / (BYTES[format] * pixels))));
}

/** What an answer with `count` frames has in hand at most, in bytes. */
export function bytesInHand(format: FrameFormat, pixels: number, count: number): number {
  return BYTES[format] * pixels * Math.min(count, framesAhead(format, pixels) + 1);
}

export class FrameBudget {
  readonly #taken = new Map<string, number>();
  #all = 0;

  /** Takes so many bytes, for a link or an address (null: not counted by itself). Returns what gives them back, once; null where they are too many. */
  take(key: string | null, bytes: number): (() => void) | null {
    const own = key === null ? 0 : (this.#taken.get(key) ?? 0);
    // One that is larger than all of it has to have its turn, too.
    if ((own > 0 && own + bytes > MAX_EACH) || (this.#all > 0 && this.#all + bytes > MAX_ALL)) return null;
    this.#add(key, bytes);
    let isBack = false;
    return () => {
      if (isBack) return;
      isBack = true;
      this.#add(key, -bytes);
    };
  }

  #add(key: string | null, bytes: number): void {
    this.#all += bytes;
    if (key === null) return;
    const own = (this.#taken.get(key) ?? 0) + bytes;
    if (own > 0) this.#taken.set(key, own);
    else this.#taken.delete(key);
  }
}
