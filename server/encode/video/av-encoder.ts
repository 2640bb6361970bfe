/**
 * Owns one FFmpeg encoder of video, in the thread that calls it. The files av-*.ts are the only ones that import node-av.
 *
 * Pictures come as frames have them in the ring, are converted where need be (av-picture-converter.ts), then encoded.
 * Options are set on the context, never by dictionary: node-av's `open2` frees a dictionary that its wrapper still holds.
 */

import {
  AV_CODEC_ID_NONE,
  AV_LOG_FATAL,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_VAAPI,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV444P,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  AVCOL_TRC_BT709,
  AVERROR_EAGAIN,
  type AVPixelFormat,
  type FFEncoderCodec,
} from "node-av/constants";
import { Codec, CodecContext, FFmpegError, Log, Packet, Rational } from "node-av/lib";
import { StreamError } from "../../../shared/errors.ts";
import type { PictureSize, SceneContent, StreamCodec } from "../../../shared/video.ts";
import type { FramePixels } from "../../frames/frame-ring.ts";
import { PictureConverter } from "../av-picture-converter.ts";
import { openEncoderContext } from "../open-encoder-context.ts";
import { VaapiUpload } from "./av-vaapi-upload.ts";
import { type EncoderChoice, type EncoderInput, encoderChoices, optionsFor, VBV_SECONDS } from "./video-codec.ts";

// FFmpeg would write to the terminal; what matters comes back as errors.
Log.setLevel(AV_LOG_FATAL);

/** What `#followPace` tells: not less than half a frame, as timers are late and then early, and only what matters. */
const MIN_PACE = 0.5;
const PACE_STEP = 0.1;

export type EncoderConfig = {
  readonly codec: StreamCodec;
  /** The size of the pictures that come; even numbers, as all sizes here. */
  readonly size: PictureSize;
  /** The size in which they are coded, if it is another. */
  readonly codedSize?: PictureSize;
  /** How many frames a second come at most. */
  readonly maxFps: number;
  /** How many of them are encoded at most, if fewer. */
  readonly takenFps?: number;
  readonly bitrateBps: number;
  /** What the pictures are mostly made of; surfaces, if that is not said. */
  readonly content?: SceneContent;
  /** Threads for the encoder's own use. */
  readonly threads: number;
};

/** A coded picture; `data` is the caller's own. */
export type EncodedPicture = { readonly data: Uint8Array<ArrayBuffer>; readonly isKeyFrame: boolean };

/** Quiet figures of the newest `encode`, in milliseconds. */
export type EncodeTimes = { convertMs: number; encodeMs: number };

/** Opens the best encoder for a codec that works here. Throws `StreamError` "no-encoder" when none does. */
export function openEncoder(config: EncoderConfig): AvEncoder {
  const refused: string[] = [];
  for (const choice of encoderChoices[config.codec]) {
    if (choice.platforms !== null && !choice.platforms.includes(process.platform)) continue;
    try {
      if (choice.isHardware) probe(choice, config);
      return new AvEncoder(choice, config);
    } catch (error) {
      refused.push(`${choice.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new StreamError("no-encoder", `No encoder for ${config.codec} works here (${refused.join("; ")}).`);
}

/** Encodes a grey picture, because a hardware encoder may open and then fail at the first one. */
function probe(choice: EncoderChoice, config: EncoderConfig): void {
  const encoder = new AvEncoder(choice, config);
  try {
    const grey = Buffer.alloc(config.size.width * config.size.height * 4, 128);
    if (encoder.encode({ rgba: grey, i420: null }, true)[0]?.isKeyFrame !== true)
      throw new Error("the first picture gave no key frame");
  } finally {
    encoder.close();
  }
}

/** The layouts of pictures in memory of the processor. */
const layouts: Readonly<Record<EncoderInput, AVPixelFormat>> = {
  yuv420p: AV_PIX_FMT_YUV420P,
  yuv444p: AV_PIX_FMT_YUV444P,
  nv12: AV_PIX_FMT_NV12,
  vaapi: AV_PIX_FMT_NV12,
};

export class AvEncoder {
  readonly name: string;
  readonly isHardware: boolean;
  readonly takesBitrate: boolean;
  /** Whether it would have been opened otherwise for other contents. */
  readonly followsContent: boolean;
  readonly times: EncodeTimes = { convertMs: 0, encodeMs: 0 };
  readonly #context = new CodecContext();
  readonly #converter: PictureConverter;
  readonly #packet = new Packet();
  readonly #gpu: VaapiUpload | null;
  readonly #rateFactors: EncoderChoice["rateFactors"];
  readonly #maxFps: number;
  #bitrateBps: number;
  /** How many frames at `maxFps` a picture stands for, as the encoder was told last. */
  #pace = 1;
  #encodedAt: number = performance.now();
  #atRest = false;
  #count = 0n;
  #closed = false;

  /** Throws when FFmpeg lacks the encoder or refuses to open it. */
  constructor(choice: EncoderChoice, config: EncoderConfig) {
    this.name = choice.name;
    this.isHardware = choice.isHardware;
    this.takesBitrate = choice.takesBitrate;
    this.#rateFactors = choice.rateFactors;
    // One that takes a bit rate follows the pace of its frames; others spread their bits as they are told at the start.
    this.#maxFps = choice.takesBitrate ? config.maxFps : (config.takenFps ?? config.maxFps);
    this.#bitrateBps = config.bitrateBps;
    const codedSize = config.codedSize ?? config.size;
    const layout = layouts[choice.input];
    this.followsContent = choice.textOptions !== undefined;
    this.#gpu = choice.input === "vaapi" ? new VaapiUpload(codedSize) : null;
    const options = optionsFor(choice, config.content ?? "surfaces");
    this.#open({ ...choice, options }, codedSize, config.threads, this.#gpu === null ? layout : AV_PIX_FMT_VAAPI);
    this.#converter = new PictureConverter(config.size, codedSize, layout);
    this.#packet.alloc();
  }

  #open(choice: EncoderChoice, size: PictureSize, threads: number, pixelFormat: AVPixelFormat): void {
    const codec = Codec.findEncoderByName(choice.name as FFEncoderCodec);
    if (codec === null || codec.id === AV_CODEC_ID_NONE) throw new Error("this FFmpeg does not have it");
    const context = this.#context;
    context.allocContext3(codec);
    context.width = size.width;
    context.height = size.height;
    context.pixelFormat = pixelFormat;
    context.timeBase = new Rational(1, this.#maxFps);
    context.framerate = new Rational(this.#maxFps, 1);
    context.gopSize = 2 ** 30;
    context.maxBFrames = 0;
    context.threadCount = threads;
    context.colorSpace = AVCOL_SPC_SMPTE170M;
    context.colorRange = AVCOL_RANGE_MPEG;
    context.colorPrimaries = AVCOL_PRI_BT709;
    context.colorTrc = AVCOL_TRC_BT709;
    this.#setRate(choice.rateFactors === null);
    if (this.#gpu !== null) context.hwFramesCtx = this.#gpu.frames;
    openEncoderContext(context, codec, choice.options);
  }

  #setRate(meanToo: boolean): void {
    const rate = BigInt(Math.round(this.#bitrateBps));
    if (meanToo) this.#context.bitRate = rate;
    this.#context.rcMaxRate = BigInt(Math.round(this.#bitrateBps * this.#pace));
    this.#context.rcBufferSize = Math.round(this.#bitrateBps * VBV_SECONDS);
  }

  /**
   * x264 takes all pictures to be 1 / `maxFps` apart, and with zero latency their time stamps change nothing about that. A
   * scene drawn at a third of the rate would get a third of the bits, and one at rest no more for its next picture. So it is
   * told a rate that lets as many bits into its VBV buffer for this picture as came free since the one before.
   */
  #followPace(): void {
    if (this.#rateFactors === null) return;
    const now = performance.now();
    const frames = ((now - this.#encodedAt) / 1000) * this.#maxFps;
    this.#encodedAt = now;
    const pace = Math.min(Math.max(frames, MIN_PACE), Math.max(1, VBV_SECONDS * this.#maxFps));
    if (Math.abs(pace - this.#pace) < PACE_STEP * this.#pace) return;
    this.#pace = pace;
    this.#setRate(false);
  }

  /** Changes the bit rate from the next picture on. Only where `takesBitrate` is true; else make a new encoder. */
  setBitrate(bitrateBps: number): void {
    if (!this.takesBitrate) throw new TypeError(`${this.name} does not take a new bit rate while it runs.`);
    this.#bitrateBps = bitrateBps;
    this.#setRate(false);
  }

  /** Whether a picture in these forms can be encoded. */
  takes(pixels: FramePixels): boolean {
    return this.#converter.takes(pixels);
  }

  /** Whether a picture at rest may become finer when it is encoded once more. */
  get refines(): boolean {
    return this.#rateFactors !== null;
  }

  /** Says whether the next pictures are of a scene at rest, which gets more bits where the encoder can. */
  setAtRest(atRest: boolean): void {
    if (this.#rateFactors === null || this.#atRest === atRest) return;
    this.#atRest = atRest;
    const factor = atRest ? this.#rateFactors.atRest : this.#rateFactors.moving;
    this.#context.setOption("crf", factor, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
  }

  /**
   * Encodes the picture in `pixels` (`size.width` x `size.height`), which is only read, during the call. Gives the coded
   * pictures that are ready: one, or none from hardware that still fills its pipeline.
   */
  encode(pixels: FramePixels, asKeyFrame: boolean): EncodedPicture[] {
    const begun = performance.now();
    const frame = this.#converter.convert(pixels);
    const converted = performance.now();
    this.#followPace();
    frame.pts = this.#count;
    this.#count += 1n;
    frame.pictType = asKeyFrame ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    const source = this.#gpu === null ? frame : this.#gpu.upload(frame);
    FFmpegError.throwIfError(this.#context.sendFrameSync(source), "encode");
    const pictures = this.#receive();
    this.times.convertMs = converted - begun;
    this.times.encodeMs = performance.now() - converted;
    return pictures;
  }

  #receive(): EncodedPicture[] {
    const pictures: EncodedPicture[] = [];
    for (;;) {
      const result = this.#context.receivePacketSync(this.#packet);
      if (result === AVERROR_EAGAIN) return pictures;
      FFmpegError.throwIfError(result, "encode");
      const { data, isKeyframe } = this.#packet;
      if (data !== null) pictures.push({ data: new Uint8Array(data), isKeyFrame: isKeyframe });
      this.#packet.unref();
    }
  }

  /** Frees FFmpeg's memory. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#packet.free();
    this.#converter.close();
    this.#context.freeContext();
    this.#gpu?.close();
  }
}
