/** Owns decoding the pictures of a file. In the thread that calls it. */

import { AVERROR_EAGAIN, AVERROR_EOF } from "node-av/constants";
import { Codec, CodecContext, FFmpegError, Frame, type Packet, type Stream } from "node-av/lib";

const THREADS = 4;

export class MoviePictures {
  readonly #context = new CodecContext();
  readonly #frame = new Frame();
  readonly #stream: Stream;

  /** Throws where there is no decoder. */
  constructor(stream: Stream) {
    this.#stream = stream;
    const codec = Codec.findDecoder(stream.codecpar.codecId);
    this.#context.allocContext3(codec);
    this.#frame.alloc();
    FFmpegError.throwIfError(stream.codecpar.toContext(this.#context), "parameters");
    this.#context.threadCount = THREADS;
    this.#context.pktTimebase = stream.timeBase;
    FFmpegError.throwIfError(this.#context.open2Sync(codec, null), "decoder");
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
