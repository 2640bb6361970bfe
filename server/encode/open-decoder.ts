/** Owns opening FFmpeg's decoder of a stream. In the thread that calls it. */

import { AV_CODEC_ID_NONE, AV_OPT_SEARCH_CHILDREN, AV_OPT_TYPE_STRING } from "node-av/constants";
import { Codec, CodecContext, FFmpegError, type Stream } from "node-av/lib";

export type DecoderOptions = {
  /** Threads of its own; 0 for as many as there are processors. */
  readonly threads: number;
  /** Of a picture. Default as many as FFmpeg takes. */
  readonly maxPixels?: number;
};

/** The context is the caller's to free. Throws what FFmpeg says where there is no decoder. */
export function openDecoder(stream: Stream, { threads, maxPixels }: DecoderOptions): CodecContext {
  const context = new CodecContext();
  try {
    const codec = Codec.findDecoder(stream.codecpar.codecId);
    if (codec === null || codec.id === AV_CODEC_ID_NONE) throw new Error("this FFmpeg has no decoder for it");
    context.allocContext3(codec);
    FFmpegError.throwIfError(stream.codecpar.toContext(context), "parameters");
    context.threadCount = threads;
    context.pktTimebase = stream.timeBase;
    if (maxPixels !== undefined) {
      context.setOption("max_pixels", String(maxPixels), AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
    }
    FFmpegError.throwIfError(context.open2Sync(codec, null), "decoder");
    return context;
  } catch (error) {
    context.freeContext();
    throw error;
  }
}
