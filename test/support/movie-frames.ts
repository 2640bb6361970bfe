/** Owns reading movies in tests, by FFmpeg: the decoded pictures, and the packets of sound as they are. */

import { createHash } from "node:crypto";
import { AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from "node-av/constants";
import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Packet, type Stream } from "node-av/lib";

export type ReadMovie = {
  readonly size: { readonly width: number; readonly height: number };
  /** The MD5 of each decoded picture, as framemd5 has it but for its padding. */
  readonly pictures: readonly string[];
  /** When each is shown, in seconds. */
  readonly times: readonly number[];
  /** The bytes of each packet of sound, and when it begins, in seconds. */
  readonly sound: readonly { readonly data: Buffer; readonly time: number }[];
};

/** Decodes a whole movie. */
export function readMovie(path: string): ReadMovie {
  const input = new FormatContext();
  FFmpegError.throwIfError(input.openInputSync(`file:${path}`, null, null), path);
  FFmpegError.throwIfError(input.findStreamInfoSync(null), path);
  const streamOf = (type: typeof AVMEDIA_TYPE_AUDIO | typeof AVMEDIA_TYPE_VIDEO): Stream | undefined =>
    input.streams[input.findBestStream(type)];
  const [video, audio] = [streamOf(AVMEDIA_TYPE_VIDEO), streamOf(AVMEDIA_TYPE_AUDIO)];
  const decoder = video === undefined ? null : new PictureDecoder(video);
  // Gone with the file.
  const { width = 0, height = 0 } = video?.codecpar ?? {};
  const sound: { data: Buffer; time: number }[] = [];
  const packet = new Packet();
  packet.alloc();
  while (input.readFrameSync(packet) >= 0) {
    if (packet.streamIndex === video?.index) decoder?.take(packet);
    if (packet.streamIndex === audio?.index && packet.data !== null) {
      const { num, den } = audio.timeBase;
      sound.push({ data: Buffer.from(packet.data), time: (Number(packet.pts) * num) / den });
    }
    packet.unref();
  }
  decoder?.take(null);
  packet.free();
  input.closeInputSync();
  const { pictures, times } = decoder ?? { pictures: [], times: [] };
  return { size: { width, height }, pictures, times, sound };
}

class PictureDecoder {
  readonly pictures: string[] = [];
  readonly times: number[] = [];
  readonly #context = new CodecContext();
  readonly #stream: Stream;

  constructor(stream: Stream) {
    this.#stream = stream;
    const codec = Codec.findDecoder(stream.codecpar.codecId);
    this.#context.allocContext3(codec);
    FFmpegError.throwIfError(stream.codecpar.toContext(this.#context), "parameters");
    this.#context.threadCount = 1;
    FFmpegError.throwIfError(this.#context.open2Sync(codec, null), "decoder");
  }

  take(packet: Packet | null): void {
    FFmpegError.throwIfError(this.#context.sendPacketSync(packet), "decode");
    const frame = new Frame();
    frame.alloc();
    const { num, den } = this.#stream.timeBase;
    while (this.#context.receiveFrameSync(frame) >= 0) {
      const hash = createHash("md5");
      for (const [at, plane] of (frame.data ?? []).entries()) hash.update(rowsOf(plane, frame, at));
      this.pictures.push(hash.digest("hex"));
      this.times.push((Number(frame.pts) * num) / den);
      frame.unref();
    }
    frame.free();
  }
}

/** Without what stands between the rows. Chroma is half as large, unless all planes are as long. */
function rowsOf(plane: Uint8Array, { width, height, linesize, data }: Frame, at: number): Buffer {
  const isHalf = at > 0 && (data?.[1]?.length ?? 0) < (data?.[0]?.length ?? 0);
  const [columns, rows] = isHalf ? [Math.ceil(width / 2), Math.ceil(height / 2)] : [width, height];
  const stride = linesize[at] ?? 0;
  return Buffer.concat(Array.from({ length: rows }, (_, row) => plane.subarray(row * stride, row * stride + columns)));
}
