/**
 * Owns the decoder of a movie, in the thread that calls it. Packets are numbered by the caller, and each picture has the number of its
 * packet, whatever its time is.
 */

import {
  AV_CODEC_ID_NONE,
  AV_FRAME_FLAG_CORRUPT,
  AV_NOPTS_VALUE,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AVERROR_EAGAIN,
} from "node-av/constants";
import { Codec, CodecContext, Frame, type Packet, type Stream } from "node-av/lib";
import { StreamError } from "../../shared/errors.ts";

/** 8192 x 4096: a decoder keeps many pictures. */
const MAX_PIXELS = 2 ** 25;

export type MovieDecoderOptions = {
  /** Threads of its own. */
  readonly threads: number;
  /** For messages. */
  readonly path: string;
};

export class AvMovieDecoder {
  /** The picture that was received last. */
  readonly frame: Frame = new Frame();
  readonly #context = new CodecContext();
  #closed = false;

  /** Throws `StreamError` "input-failed" where FFmpeg has no decoder for it. */
  constructor(stream: Stream, { threads, path }: MovieDecoderOptions) {
    this.frame.alloc();
    try {
      const codec = Codec.findDecoder(stream.codecpar.codecId);
      if (codec === null || codec.id === AV_CODEC_ID_NONE) throw undecodable(path);
      const context = this.#context;
      context.allocContext3(codec);
      if (stream.codecpar.toContext(context) < 0) throw undecodable(path);
      context.threadCount = threads;
      context.pktTimebase = stream.timeBase;
      context.setOption("max_pixels", String(MAX_PIXELS), AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
      if (context.open2Sync(codec, null) < 0) throw undecodable(path);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Gives it a packet by its number, or null at the end. False where it wants pictures to be taken first. What is broken in a packet
   * is passed over, as FFmpeg's programs do.
   */
  send(packet: Packet | null, number: number): boolean {
    if (packet !== null) {
      packet.pts = BigInt(number);
      packet.dts = BigInt(number);
    }
    return this.#context.sendPacketSync(packet) !== AVERROR_EAGAIN;
  }

  /** Takes a picture into `frame`, and gives the number of its packet; null where there is none now. */
  receive(): number | null {
    for (;;) {
      if (this.#context.receiveFrameSync(this.frame) < 0) return null;
      if (this.frame.pts !== AV_NOPTS_VALUE) return Number(this.frame.pts);
    }
  }

  /** Whether the picture that was taken lacks something. */
  get isDamaged(): boolean {
    return this.frame.hasFlags(AV_FRAME_FLAG_CORRUPT) || this.frame.decodeErrorFlags !== 0;
  }

  /** Forgets all that it was given, for a jump. */
  flush(): void {
    this.#context.flushBuffers();
  }

  /** Frees FFmpeg's memory. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.frame.free();
    this.#context.freeContext();
  }
}

function undecodable(path: string): StreamError {
  return new StreamError("input-failed", `FFmpeg has no decoder for the video of ${path}.`);
}
