/** Owns a file of video or sound that is read, packet by packet. In the thread that calls it. */

import { existsSync } from "node:fs";
import {
  AV_NOPTS_VALUE,
  AVERROR_EOF,
  type AVMEDIA_TYPE_AUDIO,
  type AVMEDIA_TYPE_VIDEO,
  AVSEEK_FLAG_BACKWARD,
} from "node-av/constants";
import { FormatContext, Packet, type Stream } from "node-av/lib";
import { StreamError } from "../../../shared/errors.ts";

/** FFmpeg counts the length of a file in millionths of a second. */
const MICROSECONDS = 1_000_000;

export class MovieInput {
  readonly #path: string;
  readonly #context = new FormatContext();
  readonly #packet = new Packet();

  /** Throws `StreamError` "input-failed". */
  constructor(path: string) {
    this.#path = path;
    this.#packet.alloc();
    const opened = this.#context.openInputSync(`file:${path}`, null, null);
    if (opened >= 0 && this.#context.findStreamInfoSync(null) >= 0) return;
    this[Symbol.dispose]();
    throw unreadable(path);
  }

  /** Where the times of its streams begin, in seconds. */
  get startSeconds(): number {
    const { startTime } = this.#context;
    return startTime === AV_NOPTS_VALUE ? 0 : Number(startTime) / MICROSECONDS;
  }

  get streams(): readonly Stream[] {
    return this.#context.streams;
  }

  /** In seconds; null where the file does not say. */
  get seconds(): number | null {
    const duration = Number(this.#context.duration);
    return duration > 0 ? duration / MICROSECONDS : null;
  }

  bestOf(type: typeof AVMEDIA_TYPE_AUDIO | typeof AVMEDIA_TYPE_VIDEO): Stream | null {
    const index = this.#context.findBestStream(type);
    return index < 0 ? null : (this.#context.streams[index] ?? null);
  }

  /** Those of one stream, or of all (null); each is overwritten by the next. Throws `StreamError` "input-failed". */
  *packets(stream: number | null): Generator<Packet> {
    for (;;) {
      const result = this.#context.readFrameSync(this.#packet);
      if (result === AVERROR_EOF) return;
      if (result < 0) throw unreadable(this.#path);
      if (stream === null || this.#packet.streamIndex === stream) yield this.#packet;
      this.#packet.unref();
    }
  }

  /** Goes to the key frame before so many seconds, where the file can be gone through. */
  seek(stream: Stream, seconds: number): void {
    const { num, den } = stream.timeBase;
    this.#context.seekFrameSync(stream.index, BigInt(Math.floor((seconds * den) / num)), AVSEEK_FLAG_BACKWARD);
  }

  [Symbol.dispose](): void {
    this.#packet.free();
    this.#context.closeInputSync();
    this.#context.freeContext();
  }
}

export function unreadable(path: string): StreamError {
  if (!existsSync(path)) return new StreamError("input-failed", `There is no file ${path}.`);
  return new StreamError("input-failed", `${path} is no file that FFmpeg can read.`);
}
