/**
 * Owns which form of the exact picture is there first on a way: PNG is made at once, WebP is smaller, and bits take time. What
 * the last ones took says what the next will. Pure.
 */

import type { PictureSize } from "../../shared/video.ts";
import type { ExactFormat } from "./session-protocol.ts";

/** Of scenes as they usually are, until the first picture says more: on one core, in milliseconds and bytes a pixel. */
const USUAL_MS = { png: 30e-6, "webp-exact": 200e-6 } as const;
const USUAL_PNG_BYTES = 0.3;
/** What WebP takes of the bytes of PNG: 0.4 to 0.85 were seen. */
const WEBP_PART = 0.7;

export class ExactCosts {
  readonly #ms: Record<ExactFormat, number>;
  #pngBytes: number;

  constructor({ width, height }: PictureSize) {
    const pixels = width * height;
    this.#ms = { png: USUAL_MS.png * pixels, "webp-exact": USUAL_MS["webp-exact"] * pixels };
    this.#pngBytes = USUAL_PNG_BYTES * pixels;
  }

  /** Takes note of a picture that was made. */
  note(format: ExactFormat, bytes: number, encodeMs: number): void {
    this.#ms[format] = encodeMs;
    this.#pngBytes = format === "png" ? bytes : bytes / WEBP_PART;
  }

  /** The form that is sooner at the other end of a way that carries so many bits a second. */
  soonest(bitrateBps: number): ExactFormat {
    const savedMs = ((1 - WEBP_PART) * this.#pngBytes * 8000) / bitrateBps;
    return savedMs > this.#ms["webp-exact"] - this.#ms.png ? "webp-exact" : "png";
  }
}
