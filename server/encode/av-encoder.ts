/**
 * Owns one FFmpeg encoder of video with its colour conversion, in the thread that calls it. This file and
 * av-jpeg-encoder.ts are the only ones that import node-av.
 *
 * Pictures come as RGBA with the bottom row first, are turned over and converted to Y'CbCr in one pass straight from the
 * caller's memory (BT.601 matrix, limited range, which is what swscale does and the stream says), then encoded.
 * Options are set on the context, never by dictionary: node-av's `open2` frees a dictionary that its wrapper still holds.
 */

import {
  AV_CODEC_ID_NONE,
  AV_HWDEVICE_TYPE_VAAPI,
  AV_LOG_FATAL,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_RGBA,
  AV_PIX_FMT_VAAPI,
  AV_PIX_FMT_YUV420P,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  AVCOL_TRC_BT709,
  AVERROR_EAGAIN,
  type FFEncoderCodec,
  SWS_POINT,
} from "node-av/constants";
import {
  Codec,
  CodecContext,
  FFmpegError,
  Frame,
  HardwareDeviceContext,
  HardwareFramesContext,
  Log,
  Packet,
  Rational,
  SoftwareScaleContext,
} from "node-av/lib";
import { StreamError } from "../../shared/errors.ts";
import type { PictureSize, VideoCodec } from "../../shared/video.ts";
import { topRowOf } from "./top-row.ts";
import { type EncoderChoice, encoderChoices, VBV_SECONDS } from "./video-codec.ts";

// FFmpeg would write to the terminal; what matters comes back as errors.
Log.setLevel(AV_LOG_FATAL);

/** What `#followPace` tells: not less than half a frame, as timers are late and then early, and only what matters. */
const LEAST_PACE = 0.5;
const PACE_STEP = 0.1;

export type EncoderConfig = {
  readonly codec: VideoCodec;
  readonly size: PictureSize;
  readonly maxFps: number;
  readonly bitrateBps: number;
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
    if (encoder.encode(grey, true)[0]?.isKeyFrame !== true) throw new Error("the first picture gave no key frame");
  } finally {
    encoder.close();
  }
}

export class AvEncoder {
  readonly name: string;
  readonly isHardware: boolean;
  readonly takesBitrate: boolean;
  readonly times: EncodeTimes = { convertMs: 0, encodeMs: 0 };
  readonly #size: PictureSize;
  readonly #context = new CodecContext();
  readonly #scaler = new SoftwareScaleContext();
  readonly #frame = new Frame();
  readonly #planes: Buffer[];
  readonly #strides: number[];
  readonly #packet = new Packet();
  readonly #gpu: VaapiUpload | null;
  readonly #rateFactors: EncoderChoice["rateFactors"];
  readonly #maxFps: number;
  #bitrateBps: number;
  /** How many frames at `maxFps` a picture stands for, as the encoder was told last. */
  #pace = 1;
  #encodedAt: number = performance.now();
  #isSettled = false;
  #count = 0n;
  #closed = false;

  /** Throws when FFmpeg lacks the encoder or refuses to open it. */
  constructor(choice: EncoderChoice, config: EncoderConfig) {
    this.name = choice.name;
    this.isHardware = choice.isHardware;
    this.takesBitrate = choice.takesBitrate;
    this.#rateFactors = choice.rateFactors;
    this.#size = config.size;
    this.#maxFps = config.maxFps;
    this.#bitrateBps = config.bitrateBps;
    const { width, height } = config.size;
    const layout = choice.input === "yuv420p" ? AV_PIX_FMT_YUV420P : AV_PIX_FMT_NV12;
    this.#gpu = choice.input === "vaapi" ? new VaapiUpload(config.size) : null;
    this.#open(choice, config, this.#gpu === null ? layout : AV_PIX_FMT_VAAPI);
    this.#scaler.getContext(width, height, AV_PIX_FMT_RGBA, width, height, layout, SWS_POINT);
    this.#frame.alloc();
    this.#frame.width = width;
    this.#frame.height = height;
    this.#frame.format = layout;
    FFmpegError.throwIfError(this.#frame.getBuffer(0), "frame");
    this.#frame.colorSpace = AVCOL_SPC_SMPTE170M;
    this.#frame.colorRange = AVCOL_RANGE_MPEG;
    this.#planes = this.#frame.data ?? [];
    this.#strides = this.#frame.linesize;
    this.#packet.alloc();
  }

  #open(choice: EncoderChoice, config: EncoderConfig, pixelFormat: typeof AV_PIX_FMT_YUV420P): void {
    const codec = Codec.findEncoderByName(choice.name as FFEncoderCodec);
    if (codec === null || codec.id === AV_CODEC_ID_NONE) throw new Error("this FFmpeg does not have it");
    const context = this.#context;
    context.allocContext3(codec);
    context.width = config.size.width;
    context.height = config.size.height;
    context.pixelFormat = pixelFormat;
    context.timeBase = new Rational(1, config.maxFps);
    context.framerate = new Rational(config.maxFps, 1);
    context.gopSize = 2 ** 30;
    context.maxBFrames = 0;
    context.threadCount = config.threads;
    context.colorSpace = AVCOL_SPC_SMPTE170M;
    context.colorRange = AVCOL_RANGE_MPEG;
    context.colorPrimaries = AVCOL_PRI_BT709;
    context.colorTrc = AVCOL_TRC_BT709;
    this.#setRate(choice.rateFactors === null);
    if (this.#gpu !== null) context.hwFramesCtx = this.#gpu.frames;
    for (const [name, value] of Object.entries(choice.options)) {
      const result = context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
      FFmpegError.throwIfError(result, `option ${name}=${value}`);
    }
    FFmpegError.throwIfError(context.open2Sync(codec, null), "open");
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
    const pace = Math.min(Math.max(frames, LEAST_PACE), Math.max(1, VBV_SECONDS * this.#maxFps));
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

  /** Whether a picture at rest may become finer when it is encoded once more. */
  get refines(): boolean {
    return this.#rateFactors !== null;
  }

  /** Says whether the next pictures are of a scene at rest, which gets more bits where the encoder can. */
  setSettled(isSettled: boolean): void {
    if (this.#rateFactors === null || this.#isSettled === isSettled) return;
    this.#isSettled = isSettled;
    const factor = isSettled ? this.#rateFactors.settled : this.#rateFactors.moving;
    this.#context.setOption("crf", factor, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
  }

  /**
   * Encodes the picture in `pixels` (RGBA, bottom row first, `size.width` x `size.height`), which is only read, during
   * the call. Gives the coded pictures that are ready: one, or none from hardware that still fills its pipeline.
   */
  encode(pixels: Uint8Array, asKeyFrame: boolean): EncodedPicture[] {
    const begun = performance.now();
    const stride = this.#size.width * 4;
    const { height } = this.#size;
    this.#scaler.scaleSync([topRowOf(pixels, this.#size)], [-stride], 0, height, this.#planes, this.#strides);
    const converted = performance.now();
    this.#followPace();
    this.#frame.pts = this.#count;
    this.#count += 1n;
    this.#frame.pictType = asKeyFrame ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    const source = this.#gpu === null ? this.#frame : this.#gpu.upload(this.#frame);
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
    this.#frame.free();
    this.#scaler.freeContext();
    this.#context.freeContext();
    this.#gpu?.close();
  }
}

/** Carries pictures into the memory of a VA-API device, for encoders that read nothing else. */
class VaapiUpload {
  readonly frames = new HardwareFramesContext();
  readonly #device = new HardwareDeviceContext();
  readonly #frame = new Frame();

  constructor(size: PictureSize) {
    FFmpegError.throwIfError(this.#device.create(AV_HWDEVICE_TYPE_VAAPI, null, null), "VA-API device");
    this.frames.alloc(this.#device);
    this.frames.format = AV_PIX_FMT_VAAPI;
    this.frames.swFormat = AV_PIX_FMT_NV12;
    this.frames.width = size.width;
    this.frames.height = size.height;
    this.frames.initialPoolSize = 4;
    FFmpegError.throwIfError(this.frames.init(), "VA-API frames");
    this.#frame.alloc();
  }

  upload(source: Frame): Frame {
    this.#frame.unref();
    FFmpegError.throwIfError(this.frames.getBuffer(this.#frame, 0), "VA-API buffer");
    FFmpegError.throwIfError(this.#frame.hwframeTransferDataSync(source, 0), "VA-API upload");
    this.#frame.pts = source.pts;
    this.#frame.pictType = source.pictType;
    return this.#frame;
  }

  close(): void {
    this.#frame.free();
    this.frames.free();
    this.#device.free();
  }
}
