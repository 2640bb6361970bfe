/** Owns the encoder of one rendition of a movie: H.264 at a bit rate, for players that download ahead. In the process that encodes. */

import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  FF_ENCODER_LIBX264,
} from "node-av/constants";
import { Codec, CodecContext, FFmpegError, type Frame, Packet, Rational } from "node-av/lib";
import { StreamError } from "../../../../shared/errors.ts";
import type { PictureSize } from "../../../../shared/video.ts";
import { openEncoderContext } from "../../open-encoder-context.ts";
import { TICKS } from "./film-input.ts";

export type RenditionConfig = {
  readonly size: PictureSize;
  readonly bitrateBps: number;
  /** Frames a second, for the control of the bit rate. */
  readonly fps: number;
};

/** A hard passage may take so much more than the mean, over this many seconds. */
const PEAK = 1.5;
const BUFFER_SECONDS = 2;
/** Whole pictures stand where they are asked for and nowhere else, so that they are at the same times in all renditions. */
const X264 = "keyint=infinite:min-keyint=1000000:open-gop=0";

export class RenditionEncoder {
  readonly context: CodecContext = new CodecContext();
  readonly #packet = new Packet();
  readonly #taken: (packet: Packet) => void;
  /** How long each picture on its way is shown, by its time; the encoder forgets it. */
  readonly #durations = new Map<bigint, bigint>();

  /** `taken` gets each packet, its times in ticks of 1/90000 s. Throws `StreamError` "no-encoder". */
  constructor(config: RenditionConfig, taken: (packet: Packet) => void) {
    this.#taken = taken;
    this.#packet.alloc();
    try {
      this.#open(config);
    } catch (error) {
      this.close();
      throw new StreamError("no-encoder", "No encoder for H.264 works here.", { cause: error });
    }
  }

  /** Encodes a picture of its size, in 4:2:0; one that `isKey` needs none before it. */
  encode(frame: Frame, isKey: boolean): void {
    this.#durations.set(frame.pts, frame.duration);
    frame.pictType = isKey ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    this.#send(frame);
  }

  /** There is no more to come: gives the packets that waited. */
  finish(): void {
    this.#send(null);
  }

  /** Frees FFmpeg's memory. */
  close(): void {
    this.#packet.free();
    this.context.freeContext();
  }

  #open({ size, bitrateBps, fps }: RenditionConfig): void {
    const { context } = this;
    const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264);
    if (codec === null) throw new Error("this FFmpeg does not have it");
    context.allocContext3(codec);
    context.width = size.width;
    context.height = size.height;
    context.pixelFormat = AV_PIX_FMT_YUV420P;
    context.timeBase = new Rational(1, TICKS);
    context.framerate = new Rational(Math.round(fps * 1000), 1000);
    context.bitRate = BigInt(bitrateBps);
    context.rcMaxRate = BigInt(Math.round(bitrateBps * PEAK));
    context.rcBufferSize = bitrateBps * BUFFER_SECONDS;
    context.threadCount = 0;
    context.colorSpace = AVCOL_SPC_BT709;
    context.colorRange = AVCOL_RANGE_MPEG;
    context.colorPrimaries = AVCOL_PRI_BT709;
    context.colorTrc = AVCOL_TRC_BT709;
    context.sampleAspectRatio = new Rational(1, 1);
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    const options = { preset: "veryfast", profile: "high", "forced-idr": "1", "x264-params": X264 };
    openEncoderContext(context, codec, options);
  }

  #send(frame: Frame | null): void {
    FFmpegError.throwIfError(this.context.sendFrameSync(frame), "encode");
    while (this.context.receivePacketSync(this.#packet) >= 0) {
      const packet = this.#packet;
      packet.duration = this.#durations.get(packet.pts) ?? packet.duration;
      this.#durations.delete(packet.pts);
      this.#taken(packet);
      packet.unref();
    }
  }
}
