/** Owns decoding the pictures of a file. In the thread that calls it. */

import { AVERROR_EAGAIN, AVERROR_EOF } from "node-av/constants";
import { type CodecContext, FFmpegError, Frame, type Packet, type Stream } from "node-av/lib";
import { openDecoder } from "../open-decoder.ts";

const THREADS = 4;

export class MoviePictures {
  readonly #context: CodecContext;
  readonly #frame = new Frame();
  readonly #stream: Stream;

  /** Throws where there is no decoder. */
  constructor(stream: Stream) {
    this.#stream = stream;
    this.#context = openDecoder(stream, { threads: THREADS });
    this.#frame.alloc();
  }

  /** The pictures that come of a packet, null for the end; each is overwritten by the next. */
  *take(packet: Packet | null): Generator<Frame> {
    FFmpegError.throwIfError(this.#context.sendPacketSync(packet), "decode");
    for (;;) {
      const result = this.#context.receiveFrameSync(this.#frame);
      if (result === AVERROR_EAGAIN || result === AVERROR_EOF) return;
      FFmpegError.throwIfError(result, "decode");
      this.#frame.timeBase = this.#stream.timeBase;
      this.#frame.pts = this.#frame.bestEffortTimestamp;
      yield this.#frame;
      this.#frame.unref();
    }
  }

  /** What was begun is given up: packets of another place follow. */
  reset(): void {
    this.#context.flushBuffers();
  }

  [Symbol.dispose](): void {
    this.#frame.free();
    this.#context.freeContext();
  }
}
