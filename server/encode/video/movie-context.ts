/** Owns opening FFmpeg's encoders for movies (ME1 of movie-encoder.ts). In the thread that calls it. */

import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_ID_NONE,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  AVCOL_TRC_BT709,
  type AVColorPrimaries,
  type AVColorRange,
  type AVColorSpace,
  type AVColorTransferCharacteristic,
  type AVPixelFormat,
  type FFEncoderCodec,
} from "node-av/constants";
import { Codec, type CodecContext, Rational } from "node-av/lib";
import { StreamError } from "../../../shared/errors.ts";
import type { PictureSize } from "../../../shared/video.ts";
import { openEncoderContext } from "../open-encoder-context.ts";
import { type MovieCoding, movieOptions } from "./movie-codec.ts";

/** What pictures say of their colours. */
export type MovieColours = {
  readonly colorSpace: AVColorSpace;
  readonly colorRange: AVColorRange;
  readonly colorPrimaries: AVColorPrimaries;
  readonly colorTrc: AVColorTransferCharacteristic;
};

/** Those of our own pictures. */
export const drawnColours: MovieColours = {
  colorSpace: AVCOL_SPC_SMPTE170M,
  colorRange: AVCOL_RANGE_MPEG,
  colorPrimaries: AVCOL_PRI_BT709,
  colorTrc: AVCOL_TRC_BT709,
};

export type MovieContextOptions = {
  readonly coding: MovieCoding;
  readonly size: PictureSize;
  readonly layout: AVPixelFormat;
  /** How long a unit of the times of pictures is, in seconds. */
  readonly timeBase: { readonly num: number; readonly den: number };
  /** About how many pictures there are a second. */
  readonly fps: { readonly num: number; readonly den: number };
  readonly colours: MovieColours;
};

/** Fixed, as the packets of some encoders follow from it. */
const THREADS = 4;

/** Opens an encoder in a new context. Throws `StreamError` "no-encoder"; the context is the caller's to free in any case. */
export function openMovieContext(context: CodecContext, options: MovieContextOptions): void {
  const { codec } = options.coding;
  try {
    open(context, options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StreamError("no-encoder", `No encoder for ${codec} works here (${reason}).`, { cause: error });
  }
}

function open(context: CodecContext, { coding, size, layout, timeBase, fps, colours }: MovieContextOptions): void {
  const { encoder, options } = movieOptions(coding);
  const codec = Codec.findEncoderByName(encoder as FFEncoderCodec);
  if (codec === null || codec.id === AV_CODEC_ID_NONE) throw new Error("this FFmpeg does not have it");
  context.allocContext3(codec);
  context.width = size.width;
  context.height = size.height;
  context.pixelFormat = layout;
  context.timeBase = new Rational(timeBase.num, timeBase.den);
  context.framerate = new Rational(fps.num, fps.den);
  context.gopSize = Math.max(1, Math.round((2 * fps.num) / fps.den));
  context.maxBFrames = 0;
  context.threadCount = THREADS;
  Object.assign(context, colours);
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  openEncoderContext(context, codec, options);
}
