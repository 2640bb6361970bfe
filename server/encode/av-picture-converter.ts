/**
 * Owns how pictures come into the form that encoders take, in the thread of the encoder: turned over, converted to Y'CbCr
 * (BT.601 matrix, limited range, which is what swscale does and the stream says) and made smaller, in one pass straight
 * from the caller's memory.
 */

import {
  AV_PIX_FMT_RGBA,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  type AVPixelFormat,
  SWS_AREA,
  SWS_POINT,
} from "node-av/constants";
import { FFmpegError, Frame, SoftwareScaleContext } from "node-av/lib";
import type { PictureSize } from "../../shared/video.ts";
import { topRowOf } from "./top-row.ts";

export class PictureConverter {
  readonly #size: PictureSize;
  readonly #scaler = new SoftwareScaleContext();
  readonly #frame = new Frame();
  readonly #planes: Buffer[];
  readonly #strides: number[];

  /** From RGBA pictures of `size` to pictures of `codedSize` in `layout`. */
  constructor(size: PictureSize, codedSize: PictureSize, layout: AVPixelFormat) {
    this.#size = size;
    const { width, height } = codedSize;
    const isSameSize = width === size.width && height === size.height;
    const method = isSameSize ? SWS_POINT : SWS_AREA;
    this.#scaler.getContext(size.width, size.height, AV_PIX_FMT_RGBA, width, height, layout, method);
    this.#frame.alloc();
    this.#frame.width = width;
    this.#frame.height = height;
    this.#frame.format = layout;
    FFmpegError.throwIfError(this.#frame.getBuffer(0), "frame");
    this.#frame.colorSpace = AVCOL_SPC_SMPTE170M;
    this.#frame.colorRange = AVCOL_RANGE_MPEG;
    this.#planes = this.#frame.data ?? [];
    this.#strides = this.#frame.linesize;
  }

  /** Converts a picture whose bottom row is first. The frame is the converter's own, overwritten by the next call. */
  convert(pixels: Uint8Array): Frame {
    const { width, height } = this.#size;
    this.#scaler.scaleSync([topRowOf(pixels, this.#size)], [-width * 4], 0, height, this.#planes, this.#strides);
    return this.#frame;
  }

  /** Frees FFmpeg's memory. */
  close(): void {
    this.#frame.free();
    this.#scaler.freeContext();
  }
}
