/**
 * Owns the scalers of FFmpeg that bring pictures of any size and layout to one size and layout, in the thread that encodes them.
 */

import { type AVPixelFormat, SWS_AREA, SWS_BILINEAR, SWS_POINT, type SwsFlags } from "node-av/constants";
import { SoftwareScaleContext } from "node-av/lib";
import { isSameSize, type PictureSize } from "../../shared/video.ts";

export class AvScalers {
  readonly #size: PictureSize;
  readonly #layout: AVPixelFormat;
  /** Each is made when the first picture of its layout and size comes; mostly all are of one, and there are few. */
  readonly #scalers = new Map<string, SoftwareScaleContext>();

  /** To pictures of `size` in `layout`. */
  constructor(size: PictureSize, layout: AVPixelFormat) {
    this.#size = size;
    this.#layout = layout;
  }

  /** The one for pictures of `size` in `layout`. Owned here. */
  from(layout: AVPixelFormat, size: PictureSize): SoftwareScaleContext {
    const name = `${layout} ${size.width}x${size.height}`;
    const known = this.#scalers.get(name);
    if (known !== undefined) return known;
    const scaler = new SoftwareScaleContext();
    const { width, height } = this.#size;
    scaler.getContext(size.width, size.height, layout, width, height, this.#layout, methodFor(size, this.#size));
    this.#scalers.set(name, scaler);
    return scaler;
  }

  /** Frees FFmpeg's memory. */
  close(): void {
    for (const scaler of this.#scalers.values()) scaler.freeContext();
    this.#scalers.clear();
  }
}

function methodFor(from: PictureSize, to: PictureSize): SwsFlags {
  if (isSameSize(from, to)) return SWS_POINT;
  return from.width < to.width ? SWS_BILINEAR : SWS_AREA;
}
