/** Reads files of video by FFmpeg's demuxers: their packets as they were before they were muxed, times, pictures. */

import {
  AV_CODEC_ID_AV1,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_VP8,
  AV_CODEC_ID_VP9,
  AVSEEK_FLAG_BACKWARD,
} from "node-av/constants";
import { FFmpegError, FormatContext, Packet } from "node-av/lib";
import type { VideoCodec } from "../../shared/video.ts";
import { type DecodedPicture, decodePictures } from "./video-decoder.ts";

const codecs = new Map<number, VideoCodec>([
  [AV_CODEC_ID_H264, "h264"],
  [AV_CODEC_ID_VP8, "vp8"],
  [AV_CODEC_ID_VP9, "vp9"],
  [AV_CODEC_ID_AV1, "av1"],
]);

export type FilePacket = {
  /** For H.264 in Annex B, as encoders give it. */
  readonly data: Uint8Array;
  readonly isKeyFrame: boolean;
  /** In milliseconds. */
  readonly at: number;
};

export type VideoFile = {
  readonly codec: VideoCodec;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  readonly packets: readonly FilePacket[];
  /** The time of the key frame to which a player jumps that wants `at` milliseconds. */
  readonly soughtAt: number;
};

/** Reads all of a file, then seeks to `seekTo` milliseconds. Throws where FFmpeg cannot open it. */
export function readVideoFile(path: string, seekTo: number = 0): VideoFile {
  const context = new FormatContext();
  FFmpegError.throwIfError(context.openInputSync(path), path);
  try {
    FFmpegError.throwIfError(context.findStreamInfoSync(), path);
    const [stream] = context.streams;
    const codec = codecs.get(stream?.codecpar.codecId ?? 0);
    if (stream === undefined || codec === undefined) throw new Error(`${path} has no video that is known here`);
    const { num, den } = stream.timeBase;
    const msOf = (ticks: bigint) => (Number(ticks) * 1000 * num) / den;
    const packets = readPackets(context, codec, msOf);
    const ticks = BigInt(Math.round((seekTo * den) / (1000 * num)));
    FFmpegError.throwIfError(context.seekFrameSync(0, ticks, AVSEEK_FLAG_BACKWARD), "seek");
    const soughtAt = readPackets(context, codec, msOf)[0]?.at ?? Number.NaN;
    const { width, height } = stream.codecpar;
    return { codec, width, height, seconds: Number(context.duration) / 1e6, packets, soughtAt };
  } finally {
    context.closeInputSync();
  }
}

/** The pictures of a file, in their order. Throws when the decoder finds fault with one. */
export function picturesOf({ codec, packets }: VideoFile): DecodedPicture[] {
  return decodePictures(
    codec,
    packets.map(({ data }) => data),
  );
}

function readPackets(context: FormatContext, codec: VideoCodec, msOf: (ticks: bigint) => number): FilePacket[] {
  const packets: FilePacket[] = [];
  const packet = new Packet();
  packet.alloc();
  while (context.readFrameSync(packet) >= 0) {
    const data = Uint8Array.from(packet.data ?? []);
    const { isKeyframe: isKeyFrame } = packet;
    packets.push({ data: codec === "h264" ? toAnnexB(data) : data, isKeyFrame, at: msOf(packet.pts) });
    packet.unref();
  }
  packet.free();
  return packets;
}

/** MP4 and Matroska have the length of each NAL unit before it, in four bytes (ISO/IEC 14496-15 section 5.3.3). */
function toAnnexB(data: Uint8Array): Uint8Array {
  return joined(nalUnits(data));
}

function nalUnits(data: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at + 4 <= data.length; ) {
    const length = view.getUint32(at);
    units.push(data.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return units;
}

/** The NAL units of Annex B, each after a start code of four bytes whatever it had, to be compared. */
export function normalAnnexB(data: Uint8Array): Uint8Array {
  const units: Uint8Array[] = [];
  let begin = -1;
  for (let at = 0; at + 2 < data.length; at += 1) {
    if (data[at] !== 0 || data[at + 1] !== 0 || data[at + 2] !== 1) continue;
    if (begin >= 0) units.push(withoutZeroes(data.subarray(begin, at)));
    begin = at + 3;
  }
  units.push(data.subarray(begin));
  return joined(units);
}

/** The zero before a start code is its own. */
function withoutZeroes(unit: Uint8Array): Uint8Array {
  let end = unit.length;
  while (end > 0 && unit[end - 1] === 0) end -= 1;
  return unit.subarray(0, end);
}

function joined(units: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(units.flatMap((unit) => [Uint8Array.of(0, 0, 0, 1), unit])));
}
