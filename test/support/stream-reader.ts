/** Reads live streams by FFmpeg, as a player does: by RTMP, SRT, HLS and what else it knows. */

import { AVDISCARD_DEFAULT } from "node-av/constants";
import { Codec, CodecContext, Dictionary, FFmpegError, FormatContext, Packet } from "node-av/lib";
import { type DecodedPicture, receive } from "./video-decoder.ts";

export type StreamRead = {
  /** In milliseconds. */
  readonly times: readonly number[];
  readonly keyFrameTimes: readonly number[];
  readonly pictures: readonly DecodedPicture[];
};

/** Reads until `isEnough`, and decodes all. Rejects where it cannot be opened, or ends before. */
export async function readStream(
  url: string,
  isEnough: (read: StreamRead) => boolean,
  options: Readonly<Record<string, string>> = {},
): Promise<StreamRead> {
  const context = new FormatContext();
  context.allocContext();
  const dictionary = Dictionary.fromObject({ analyzeduration: "500000", probesize: "200000", ...options });
  FFmpegError.throwIfError(await context.openInput(url, null, dictionary), "open");
  const packet = new Packet();
  packet.alloc();
  let decoder: CodecContext | null = null;
  const read = { times: [] as number[], keyFrameTimes: [] as number[], pictures: [] as DecodedPicture[] };
  try {
    FFmpegError.throwIfError(await context.findStreamInfo(null), "look");
    const stream = context.streams.find(({ discard }) => discard === AVDISCARD_DEFAULT);
    if (stream === undefined) throw new Error("There is no video.");
    decoder = new CodecContext();
    const found = Codec.findDecoder(stream.codecpar.codecId);
    decoder.allocContext3(found);
    decoder.parametersToContext(stream.codecpar);
    decoder.threadCount = 1;
    FFmpegError.throwIfError(decoder.open2Sync(found, null), "open");
    const { num, den } = stream.timeBase;
    while (!isEnough(read)) {
      FFmpegError.throwIfError(await context.readFrame(packet), "read");
      const at = (Number(packet.pts) * 1000 * num) / den;
      read.times.push(at);
      if (packet.isKeyframe) read.keyFrameTimes.push(at);
      FFmpegError.throwIfError(decoder.sendPacketSync(packet), "decode");
      packet.unref();
      read.pictures.push(...receive(decoder));
    }
    return read;
  } finally {
    decoder?.freeContext();
    packet.free();
    await context.closeInput();
  }
}
