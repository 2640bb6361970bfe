/**
 * Owns a file of video or sound as FFmpeg's demuxers read it: what it says of itself, its packets, and jumping among them. In the thread
 * that calls it.
 */

import { existsSync } from "node:fs";
import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_NOPTS_VALUE,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  type AVMEDIA_TYPE_AUDIO,
  type AVMEDIA_TYPE_VIDEO,
  AVSEEK_FLAG_BACKWARD,
} from "node-av/constants";
import { Dictionary, FormatContext, Packet, type Stream } from "node-av/lib";
import { StreamError } from "../../shared/errors.ts";

/** FFmpeg counts the length of a file in millionths of a second. */
const MICROSECONDS = 1_000_000;

export type MovieInputOptions = {
  /** What FFmpeg is told, as which formats it may open (platform/movie-formats.ts). Default nothing: all that it can read. */
  readonly options?: Readonly<Record<string, string>>;
  /** What is thrown where it cannot be read. Default `unreadable`. */
  readonly refused?: () => StreamError;
};

export class MovieInput {
  /** The packet that was read last: each is overwritten by the next. */
  readonly packet: Packet = new Packet();
  readonly #context = new FormatContext();
  readonly #refused: () => StreamError;
  #closed = false;

  /** Throws `StreamError` "input-failed". */
  constructor(path: string, { options, refused = () => unreadable(path) }: MovieInputOptions = {}) {
    this.#refused = refused;
    this.packet.alloc();
    const told = options === undefined ? null : Dictionary.fromObject({ ...options });
    const opened = this.#context.openInputSync(`file:${path}`, null, told);
    if (opened >= 0 && this.#context.findStreamInfoSync(null) >= 0) return;
    this[Symbol.dispose]();
    throw refused();
  }

  /** Where the times of its streams begin, in seconds. Programs of FFmpeg count from there, too. */
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

  /** Null where there is none. */
  bestOf(type: typeof AVMEDIA_TYPE_AUDIO | typeof AVMEDIA_TYPE_VIDEO): Stream | null {
    const index = this.#context.findBestStream(type);
    const stream = index < 0 ? undefined : this.#context.streams[index];
    // The cover of a song is no movie.
    return stream === undefined || stream.hasDisposition(AV_DISPOSITION_ATTACHED_PIC) ? null : stream;
  }

  /** Reads the next packet of one stream, or of all (null), into `packet`; else whether it was the last, or no more can be read. */
  read(stream: number | null): "packet" | "end" | "broken" {
    for (;;) {
      this.packet.unref();
      const result = this.#context.readFrameSync(this.packet);
      // Some demuxers want to be asked again.
      if (result === AVERROR_EAGAIN) continue;
      if (result < 0) return result === AVERROR_EOF ? "end" : "broken";
      if (stream === null || this.packet.streamIndex === stream) return "packet";
    }
  }

  /** Those of one stream, or of all (null). Throws `StreamError` "input-failed". */
  *packets(stream: number | null): Generator<Packet> {
    for (;;) {
      const result = this.read(stream);
      if (result === "broken") throw this.#refused();
      if (result === "end") return;
      yield this.packet;
    }
  }

  /** Goes to the key frame before a count of ticks of the stream; false where that cannot be done. */
  seek({ index }: Stream, ticks: number): boolean {
    return this.#context.seekFrameSync(index, BigInt(ticks), AVSEEK_FLAG_BACKWARD) >= 0;
  }

  /** Frees FFmpeg's memory. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.packet.free();
    this.#context.closeInputSync();
    this.#context.freeContext();
  }
}

/** How long a stream says that it is, in seconds; null where it does not. */
export function saidSecondsOf({ duration, timeBase }: Stream): number | null {
  return duration > 0n ? (Number(duration) * timeBase.num) / timeBase.den : null;
}

export function unreadable(path: string): StreamError {
  if (!existsSync(path)) return new StreamError("input-failed", `There is no file ${path}.`);
  return new StreamError("input-failed", `${path} is no file that FFmpeg can read.`);
}
