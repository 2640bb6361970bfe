/**
 * Owns an encoder of movies, in the thread that calls it: every picture is coded by the same fixed measure, whatever came before.
 *
 * ME1 The first picture is a key frame that needs nothing before it, there are no pictures that need later ones, and the number of
 *     threads is fixed; so the packets follow from the pictures alone, on any machine, and movies one after another are one movie.
 */

import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_ID_NONE,
  AV_LOG_FATAL,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV444P,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  AVCOL_TRC_BT709,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  type FFEncoderCodec,
} from "node-av/constants";
import { Codec, CodecContext, FFmpegError, type Frame, Log, Packet, Rational } from "node-av/lib";
import { StreamError } from "../../../shared/errors.ts";
import type { PictureSize } from "../../../shared/video.ts";
import { PictureConverter } from "../av-picture-converter.ts";
import { type MovieCoding, movieOptions } from "./movie-codec.ts";

Log.setLevel(AV_LOG_FATAL);

/** Frames a second: a whole number, or a fraction such as 30000/1001. */
export type FrameRate = { readonly num: number; readonly den: number };

export type MovieConfig = MovieCoding & {
  /** Even numbers where `chroma` is "420". */
  readonly size: PictureSize;
  readonly fps: FrameRate;
};

/** Fixed, as the packets of some encoders follow from it. */
const THREADS = 4;

export class MovieEncoder {
  /** For who writes the header of a file. */
  readonly context: CodecContext = new CodecContext();
  readonly #converter: PictureConverter;
  readonly #taken: (packet: Packet) => void;
  readonly #packet = new Packet();
  #count = 0n;
  #closed = false;

  /** `taken` is given each packet, to be copied or written during the call; its times count frames. Throws `StreamError` "no-encoder". */
  constructor(config: MovieConfig, taken: (packet: Packet) => void) {
    this.#taken = taken;
    this.#packet.alloc();
    const layout = config.chroma === "444" ? AV_PIX_FMT_YUV444P : AV_PIX_FMT_YUV420P;
    try {
      this.#open(config, layout);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StreamError("no-encoder", `No encoder for ${config.codec} works here (${reason}).`, { cause: error });
    }
    this.#converter = new PictureConverter(config.size, config.size, layout);
  }

  #open({ size, fps, ...coding }: MovieConfig, layout: typeof AV_PIX_FMT_YUV420P | typeof AV_PIX_FMT_YUV444P): void {
    const context = this.context;
    const { encoder, options } = movieOptions(coding);
    const codec = Codec.findEncoderByName(encoder as FFEncoderCodec);
    if (codec === null || codec.id === AV_CODEC_ID_NONE) throw new Error("this FFmpeg does not have it");
    context.allocContext3(codec);
    context.width = size.width;
    context.height = size.height;
    context.pixelFormat = layout;
    context.timeBase = new Rational(fps.den, fps.num);
    context.framerate = new Rational(fps.num, fps.den);
    context.gopSize = Math.max(1, Math.round((2 * fps.num) / fps.den));
    context.maxBFrames = 0;
    context.threadCount = THREADS;
    context.colorSpace = AVCOL_SPC_SMPTE170M;
    context.colorRange = AVCOL_RANGE_MPEG;
    context.colorPrimaries = AVCOL_PRI_BT709;
    context.colorTrc = AVCOL_TRC_BT709;
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    for (const [name, value] of Object.entries(options)) {
      const result = context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
      FFmpegError.throwIfError(result, `option ${name}=${value}`);
    }
    FFmpegError.throwIfError(context.open2Sync(codec, null), "open");
  }

  /** Encodes a picture, RGBA with the bottom row first, which is only read, during the call. */
  encode(rgba: Uint8Array): void {
    const frame = this.#converter.convert({ rgba, i420: null });
    frame.pts = this.#count;
    this.#count += 1n;
    this.#send(frame);
  }

  /** There is no more to come: gives the packets that waited. */
  finish(): void {
    this.#send(null);
  }

  /** Frees FFmpeg's memory. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#packet.free();
    this.#converter.close();
    this.context.freeContext();
  }

  #send(frame: Frame | null): void {
    FFmpegError.throwIfError(this.context.sendFrameSync(frame), "encode");
    for (;;) {
      const result = this.context.receivePacketSync(this.#packet);
      if (result === AVERROR_EAGAIN || result === AVERROR_EOF) return;
      FFmpegError.throwIfError(result, "encode");
      this.#taken(this.#packet);
      this.#packet.unref();
    }
  }
}
