/**
 * Owns the decoder of a movie, in the thread that calls it. Packets are numbered by the caller, and each picture has the number of its
 * packet, whatever its time is.
 */

import { AV_FRAME_FLAG_CORRUPT, AV_NOPTS_VALUE, AVERROR_EAGAIN } from "node-av/constants";
import { type CodecContext, Frame, type Packet, type Stream } from "node-av/lib";
import { StreamError } from "../../shared/errors.ts";
import { openDecoder } from "../encode/open-decoder.ts";

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
  readonly #context: CodecContext;
  #closed = false;

  /** Throws `StreamError` "input-failed" where FFmpeg has no decoder for it. */
  constructor(stream: Stream, { threads, path }: MovieDecoderOptions) {
    try {
      this.#context = openDecoder(stream, { threads, maxPixels: MAX_PIXELS });
    } catch (error) {
      const sentence = `FFmpeg has no decoder for the video of ${path}.`;
      throw new StreamError("input-failed", sentence, { cause: error });
    }
    this.frame.alloc();
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
