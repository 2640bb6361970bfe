/** Owns what a format wants to know of a video before its first packet, read off a key frame. In the thread that calls it. */

import {
  AV_CODEC_ID_AV1,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_VP8,
  AV_CODEC_ID_VP9,
  AV_PKT_DATA_NEW_EXTRADATA,
  type AVCodecID,
  type AVPixelFormat,
  type AVProfile,
} from "node-av/constants";
import { BitStreamFilter, BitStreamFilterContext, Codec, CodecContext, FFmpegError, Frame, Packet } from "node-av/lib";
import type { VideoCodec } from "../../../shared/video.ts";

export type StreamParameters = {
  readonly codecId: AVCodecID;
  readonly width: number;
  readonly height: number;
  readonly format: AVPixelFormat;
  readonly profile: AVProfile;
  readonly level: number;
  /** What decoders are to have first: parameter sets of H.264, the sequence header of AV1. */
  readonly extraData: Uint8Array | null;
};

const codecIds: Readonly<Record<VideoCodec, AVCodecID>> = {
  h264: AV_CODEC_ID_H264,
  vp8: AV_CODEC_ID_VP8,
  vp9: AV_CODEC_ID_VP9,
  av1: AV_CODEC_ID_AV1,
};

/** Decodes the key frame, some milliseconds of work. Throws where it is none. */
export function streamParametersOf(codec: VideoCodec, keyFrame: Uint8Array): StreamParameters {
  const codecId = codecIds[codec];
  const decoder = new CodecContext();
  const frame = new Frame();
  frame.alloc();
  try {
    const found = Codec.findDecoder(codecId);
    decoder.allocContext3(found);
    decoder.threadCount = 1;
    FFmpegError.throwIfError(decoder.open2Sync(found, null), "open");
    withPacket(keyFrame, (packet) => FFmpegError.throwIfError(decoder.sendPacketSync(packet), "key frame"));
    decoder.sendPacketSync(null);
    FFmpegError.throwIfError(decoder.receiveFrameSync(frame), "key frame");
    const { width, height } = frame;
    const { pixelFormat: format, profile, level } = decoder;
    return { codecId, width, height, format, profile, level, extraData: extraDataOf(codec, keyFrame) };
  } finally {
    frame.free();
    decoder.freeContext();
  }
}

function extraDataOf(codec: VideoCodec, keyFrame: Uint8Array): Uint8Array | null {
  const filter = codec === "h264" || codec === "av1" ? BitStreamFilter.getByName("extract_extradata") : null;
  if (filter === null) return null;
  const context = new BitStreamFilterContext();
  FFmpegError.throwIfError(context.alloc(filter), "filter");
  const parameters = context.inputCodecParameters;
  if (parameters !== null) parameters.codecId = codecIds[codec];
  try {
    FFmpegError.throwIfError(context.init(), "filter");
    return withPacket(keyFrame, (packet) => {
      FFmpegError.throwIfError(context.sendPacketSync(packet), "key frame");
      FFmpegError.throwIfError(context.receivePacketSync(packet), "key frame");
      const data = packet.getSideData(AV_PKT_DATA_NEW_EXTRADATA);
      return data === null ? null : Uint8Array.from(data);
    });
  } finally {
    context.free();
  }
}

function withPacket<Result>(data: Uint8Array, use: (packet: Packet) => Result): Result {
  const packet = new Packet();
  packet.alloc();
  packet.data = Buffer.from(data);
  try {
    return use(packet);
  } finally {
    packet.free();
  }
}
