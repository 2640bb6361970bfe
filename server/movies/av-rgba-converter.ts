/**
 * Owns how pictures of a movie become RGBA, in the thread that calls it. The colours are those that `ffmpeg -pix_fmt rgba` gives for
 * the matrix and the range that the file says. Where it says none, they are as browsers have them: BT.709 from 720 lines on, BT.601
 * below. High dynamic range is not mapped: the numbers are those of the file.
 */

import {
  AV_OPT_TYPE_INT,
  AV_PIX_FMT_RGBA,
  AVCOL_SPC_BT709,
  AVCOL_SPC_SMPTE170M,
  AVCOL_SPC_UNSPECIFIED,
  SWS_AREA,
  SWS_BICUBIC,
} from "node-av/constants";
import { FFmpegError, Frame, SoftwareScaleContext } from "node-av/lib";
import { isSameSize, type PictureSize } from "../../shared/video.ts";
import { copyRows } from "../platform/rgba-pixels.ts";
import { isUpright, type Orientation, turnedSize, turnPixels } from "./orientation.ts";

/** From so many lines on a picture that does not say its matrix has that of HDTV. */
const MIN_HD_LINES = 720;

export class AvRgbaConverter {
  readonly #orientation: Orientation;
  readonly #scaler = new SoftwareScaleContext();
  #target: Frame | null = null;
  #isSmaller = false;
  #closed = false;

  constructor(orientation: Orientation) {
    this.#orientation = orientation;
    this.#scaler.allocContext();
  }

  /** Writes a picture as it is shown, of `size`, into `into`: four bytes a pixel, the top row first, no gaps. */
  convert(frame: Frame, size: PictureSize, into: Uint8Array): void {
    const decodedSize = turnedSize(size, this.#orientation);
    const target = this.#targetOf(decodedSize);
    this.#setMethod(decodedSize.width < frame.width || decodedSize.height < frame.height);
    if (frame.colorSpace === AVCOL_SPC_UNSPECIFIED) {
      frame.colorSpace = frame.height >= MIN_HD_LINES ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
    }
    // Else it would be mapped to those of sRGB.
    target.colorPrimaries = frame.colorPrimaries;
    target.colorTrc = frame.colorTrc;
    FFmpegError.throwIfError(this.#scaler.scaleFrameSync(target, frame), "convert");
    const [pixels] = target.data ?? [];
    if (pixels === undefined) throw new Error("The converted picture has no memory.");
    const stride = target.linesize[0] ?? 0;
    if (isUpright(this.#orientation)) return copyRows(pixels, stride, decodedSize, into);
    const whole = new Uint8Array(decodedSize.width * decodedSize.height * 4);
    copyRows(pixels, stride, decodedSize, whole);
    const shown = isAligned(into) ? wordsOf(into) : new Uint32Array(whole.byteLength / 4);
    turnPixels(wordsOf(whole), decodedSize, this.#orientation, shown);
    if (!isAligned(into)) into.set(new Uint8Array(shown.buffer));
  }

  /** Frees FFmpeg's memory. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#target?.free();
    this.#scaler.freeContext();
  }

  #targetOf(size: PictureSize): Frame {
    if (this.#target !== null && isSameSize(this.#target, size)) return this.#target;
    this.#target?.free();
    const target = new Frame();
    target.alloc();
    target.width = size.width;
    target.height = size.height;
    target.format = AV_PIX_FMT_RGBA;
    FFmpegError.throwIfError(target.getBuffer(0), "memory");
    this.#target = target;
    return target;
  }

  #setMethod(isSmaller: boolean): void {
    if (isSmaller === this.#isSmaller) return;
    this.#isSmaller = isSmaller;
    this.#scaler.setOption("sws_flags", isSmaller ? SWS_AREA : SWS_BICUBIC, AV_OPT_TYPE_INT);
  }
}

function isAligned(bytes: Uint8Array): boolean {
  return bytes.byteOffset % 4 === 0;
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}
