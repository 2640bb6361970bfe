/** Reads live streams by FFmpeg, as a player does: by RTMP, SRT, HLS and what else it knows. */

import { AVMEDIA_TYPE_VIDEO } from "node-av/constants";
import { Codec, CodecContext, Dictionary, FFmpegError, FormatContext, Packet } from "node-av/lib";
import { type DecodedPicture, receive } from "./video-decoder.ts";

export type StreamRead = {
  /** In milliseconds. */
  readonly times: readonly number[];
  readonly keyFrameTimes: readonly number[];
  readonly pictures: readonly DecodedPicture[];
  /** How long it took until the first packet, as with a player. */
  readonly beganMs: number;
};

/** Reads until `isEnough`, and decodes all. Rejects where it cannot be opened, or ends before. */
export async function readStream(
  url: string,
  isEnough: (read: StreamRead) => boolean,
  options: Readonly<Record<string, string>> = {},
): Promise<StreamRead> {
  const begun = performance.now();
  const context = new FormatContext();
  context.allocContext();
  const dictionary = Dictionary.fromObject({ ...options });
  FFmpegError.throwIfError(await context.openInput(url, null, dictionary), "open");
  const packet = new Packet();
  packet.alloc();
  let decoder: CodecContext | null = null;
  const read = { times: [] as number[], keyFrameTimes: [] as number[], pictures: [] as DecodedPicture[], beganMs: 0 };
  try {
    FFmpegError.throwIfError(await context.findStreamInfo(null), "look");
    const stream = context.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO);
    if (stream === undefined) throw new Error("There is no video.");
    decoder = new CodecContext();
    const found = Codec.findDecoder(stream.codecpar.codecId);
    decoder.allocContext3(found);
    decoder.parametersToContext(stream.codecpar);
    decoder.threadCount = 1;
    FFmpegError.throwIfError(decoder.open2Sync(found, null), "open");
    const { num, den } = stream.timeBase;
    read.beganMs = performance.now() - begun;
    while (!isEnough(read)) {
      FFmpegError.throwIfError(await context.readFrame(packet), "read");
      if (packet.streamIndex !== stream.index) {
        packet.unref();
        continue;
      }
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
