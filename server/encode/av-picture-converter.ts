/**
 * Owns how pictures come into the form that encoders of video take, in the thread of the encoder: Y'CbCr (BT.601 matrix,
 * limited range, which is what swscale does, the GPU too, and the stream says), made smaller or larger where that is wanted,
 * in one pass straight from the caller's memory. Of I420 of the same size the planes are only copied, since FFmpeg keeps
 * what it is given longer than the ring does; 4:4:4 is made of RGBA alone, as I420 has lost the colours.
 */

import {
  AV_PIX_FMT_RGBA,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV444P,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  type AVPixelFormat,
} from "node-av/constants";
import { FFmpegError, Frame } from "node-av/lib";
import type { PictureSize } from "../../shared/video.ts";
import type { FramePixels } from "../frames/frame-ring.ts";
import { i420Layout } from "../frames/i420-layout.ts";
import { AvScalers } from "./av-scalers.ts";
import { topRowOf } from "./top-row.ts";

export class PictureConverter {
  readonly #size: PictureSize;
  readonly #layout: AVPixelFormat;
  readonly #scalers: AvScalers;
  readonly #frame = new Frame();
  readonly #planes: Buffer[];
  readonly #strides: number[];

  /** From pictures of `size` to pictures of `codedSize` in `layout`. */
  constructor(size: PictureSize, codedSize: PictureSize, layout: AVPixelFormat) {
    this.#size = size;
    this.#layout = layout;
    this.#scalers = new AvScalers(codedSize, layout);
    this.#frame.alloc();
    this.#frame.width = codedSize.width;
    this.#frame.height = codedSize.height;
    this.#frame.format = layout;
    FFmpegError.throwIfError(this.#frame.getBuffer(0), "frame");
    this.#frame.colorSpace = AVCOL_SPC_SMPTE170M;
    this.#frame.colorRange = AVCOL_RANGE_MPEG;
    this.#planes = this.#frame.data ?? [];
    this.#strides = this.#frame.linesize;
  }

  /** Whether a picture in these forms can be converted. */
  takes({ rgba, i420 }: FramePixels): boolean {
    return rgba !== null || (i420 !== null && this.#layout !== AV_PIX_FMT_YUV444P);
  }

  /** Converts a picture, of I420 if there is any and that will do. The frame is the converter's own, overwritten by the next call. */
  convert({ rgba, i420, isTopDown = false, drawnSize = this.#size }: FramePixels): Frame {
    if (i420 !== null && this.#layout !== AV_PIX_FMT_YUV444P) this.#takeI420(i420);
    else if (rgba !== null) this.#takeRgba(rgba, drawnSize, isTopDown);
    else throw new TypeError("A picture must be given as RGBA, or for 4:2:0 as I420.");
    return this.#frame;
  }

  /** Frees FFmpeg's memory. */
  close(): void {
    this.#frame.free();
    this.#scalers.close();
  }

  #takeRgba(pixels: Uint8Array, size: PictureSize, isTopDown: boolean): void {
    const { row, stride } = topRowOf(pixels, size, isTopDown);
    const scaler = this.#scalers.from(AV_PIX_FMT_RGBA, size);
    scaler.scaleSync([row], [stride], 0, size.height, this.#planes, this.#strides);
  }

  #takeI420(pixels: Uint8Array): void {
    const { stride, bytes, planes } = i420Layout(this.#size);
    const sources = planes.map((at) => Buffer.from(pixels.buffer, pixels.byteOffset + at, bytes - at));
    const strides = [stride, stride, stride];
    const scaler = this.#scalers.from(AV_PIX_FMT_YUV420P, this.#size);
    scaler.scaleSync(sources, strides, 0, this.#size.height, this.#planes, this.#strides);
  }
}
