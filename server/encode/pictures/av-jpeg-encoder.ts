/**
 * Owns one JPEG encoder on FFmpeg with its colour conversion and scaling, in the thread that calls it.
 *
 * Pictures come as RGBA, and are turned over where the bottom row is first, scaled and converted to Y'CbCr in one pass
 * straight from the caller's memory: BT.601 matrix, full range, 4:2:0, as JFIF wants it (ITU-T T.871 section 7).
 */

import {
  AV_CODEC_FLAG_QSCALE,
  AV_LOG_FATAL,
  AV_PIX_FMT_RGBA,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_JPEG,
  FF_QP2LAMBDA,
  type FFEncoderCodec,
} from "node-av/constants";
import { Codec, CodecContext, FFmpegError, Frame, Log, Packet, Rational } from "node-av/lib";
import { StreamError } from "../../../shared/errors.ts";
import type { PictureSize } from "../../../shared/video.ts";
import { AvScalers } from "../av-scalers.ts";
import { openEncoderContext } from "../open-encoder-context.ts";
import { topRowOf } from "../top-row.ts";

// FFmpeg would write to the terminal; what matters comes back as errors.
Log.setLevel(AV_LOG_FATAL);

export class AvJpegEncoder {
  readonly #source: PictureSize;
  readonly #context = new CodecContext();
  readonly #scalers: AvScalers;
  readonly #frame = new Frame();
  readonly #packet = new Packet();
  readonly #lambda: number;
  #count = 0n;
  #closed = false;

  /**
   * Encodes pictures of `source` at `size`, with a quality from 1 to 100. Throws `StreamError` "no-encoder" when FFmpeg
   * refuses.
   */
  constructor(source: PictureSize, size: PictureSize, quality: number) {
    this.#source = source;
    this.#scalers = new AvScalers(size, AV_PIX_FMT_YUVJ420P);
    this.#lambda = scaleOf(quality) * FF_QP2LAMBDA;
    try {
      this.#open(size);
    } catch (cause) {
      this.close();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StreamError("no-encoder", `No JPEG encoder for ${size.width}x${size.height}: ${reason}`, { cause });
    }
  }

  #open(size: PictureSize): void {
    const { width, height } = size;
    const codec = Codec.findEncoderByName("mjpeg" as FFEncoderCodec);
    if (codec === null) throw new Error("this FFmpeg does not have it");
    const context = this.#context;
    context.allocContext3(codec);
    context.width = width;
    context.height = height;
    context.pixelFormat = AV_PIX_FMT_YUVJ420P;
    context.colorRange = AVCOL_RANGE_JPEG;
    context.timeBase = new Rational(1, 60);
    // Square pixels; FFmpeg writes the JFIF header only where it knows their shape.
    context.sampleAspectRatio = new Rational(1, 1);
    // Threads would each hold a picture back.
    context.threadCount = 1;
    context.setFlags(AV_CODEC_FLAG_QSCALE);
    context.qMin = 1;
    context.globalQuality = this.#lambda;
    // Tables made for each picture cost a second pass and save a tenth of the bytes.
    openEncoderContext(context, codec, { huffman: "default" });
    this.#frame.alloc();
    this.#frame.width = width;
    this.#frame.height = height;
    this.#frame.format = AV_PIX_FMT_YUVJ420P;
    this.#frame.colorRange = AVCOL_RANGE_JPEG;
    FFmpegError.throwIfError(this.#frame.getBuffer(0), "frame");
    this.#packet.alloc();
  }

  /**
   * Encodes the picture in `pixels` (RGBA, bottom row first unless it `isTopDown`, of `drawn` or the source's size), which is
   * only read, during the call. The result is the caller's own.
   */
  encode(pixels: Uint8Array, drawn: PictureSize = this.#source, isTopDown: boolean = false): Uint8Array<ArrayBuffer> {
    const { row, stride } = topRowOf(pixels, drawn, isTopDown);
    const scaler = this.#scalers.from(AV_PIX_FMT_RGBA, drawn);
    scaler.scaleSync([row], [stride], 0, drawn.height, this.#frame.data ?? [], this.#frame.linesize);
    this.#frame.pts = this.#count;
    this.#frame.quality = this.#lambda;
    this.#count += 1n;
    FFmpegError.throwIfError(this.#context.sendFrameSync(this.#frame), "encode");
    FFmpegError.throwIfError(this.#context.receivePacketSync(this.#packet), "encode");
    const bytes = new Uint8Array(this.#packet.data ?? []);
    this.#packet.unref();
    return bytes;
  }

  /** Frees FFmpeg's memory. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#packet.free();
    this.#frame.free();
    this.#scalers.close();
    this.#context.freeContext();
  }
}

/**
 * FFmpeg's quantiser scale, 1 to 31, of a quality as the Independent JPEG Group's library counts it: its formula for the
 * scale of the quantisation tables, times what makes the pictures of both equally true (measured by PSNR from 50 to 95).
 */
function scaleOf(quality: number): number {
  const tables = quality < 50 ? 50 / quality : 2 - quality / 50;
  return Math.min(31, Math.max(1, Math.round(tables * 10)));
}
