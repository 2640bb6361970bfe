/** Owns one muxer of FFmpeg, which puts packets of one video into the bytes of a file. In the thread that calls it. */

import { AVMEDIA_TYPE_VIDEO, AVSEEK_SIZE } from "node-av/constants";
import { Dictionary, FFmpegError, FormatContext, IOContext, Packet, Rational, type Stream } from "node-av/lib";
import type { StreamParameters } from "./av-stream-parameters.ts";
import type { SphericalProjection } from "./spherical-boxes.ts";
import { markSpherical, sphericalHeader } from "./spherical-side-data.ts";

/** Where the bytes go. */
export type MuxedBytes = {
  readonly size: number;
  readonly position: number;
  /** False where they cannot be taken. */
  write(bytes: Uint8Array): boolean;
  seek(position: number): void;
};

export type AvMuxerOptions = {
  /** FFmpeg's name of the format. */
  readonly format: string;
  readonly options: Readonly<Record<string, string>>;
  readonly parameters: StreamParameters;
  /** How it shows all around; null for what is flat. Default null. */
  readonly projection?: SphericalProjection | null;
  readonly bytes: MuxedBytes;
};

export type TimedPacket = {
  readonly data: Uint8Array;
  readonly isKeyFrame: boolean;
  /** In milliseconds from the first one, each later than the one before. */
  readonly at: number;
  readonly durationMs: number;
};

const BUFFER_BYTES = 64 * 1024;
const EIO = -5;
const [SEEK_CURRENT, SEEK_END] = [1, 2];

export class AvMuxer {
  readonly #context = new FormatContext();
  readonly #io = new IOContext();
  readonly #stream: Stream;
  readonly #packet = new Packet();
  readonly #ticksPerMs: number;
  #closed = false;

  /** Writes the header. Throws where the format does not take the codec, and what the bytes refuse. */
  constructor({ format, options, parameters, projection = null, bytes }: AvMuxerOptions) {
    const context = this.#context;
    this.#packet.alloc();
    FFmpegError.throwIfError(context.allocOutputContext2(null, format, null), format);
    this.#io.allocContextWithCallbacks(
      BUFFER_BYTES,
      1,
      null,
      (buffer) => (bytes.write(buffer) ? buffer.length : EIO),
      (offset, whence) => BigInt(sought(bytes, Number(offset), whence)),
    );
    context.pb = this.#io;
    this.#stream = context.newStream(null);
    describe(this.#stream, parameters);
    if (projection !== null) markSpherical(this.#stream, projection);
    const header = { ...options, ...(projection === null ? {} : sphericalHeader) };
    try {
      FFmpegError.throwIfError(context.writeHeaderSync(Dictionary.fromObject(header)), "header");
    } catch (error) {
      this.close();
      throw error;
    }
    const { num, den } = this.#stream.timeBase;
    this.#ticksPerMs = den / num / 1000;
  }

  /** Writes a packet, whose bytes are only read. */
  write({ data, isKeyFrame, at, durationMs }: TimedPacket): void {
    const packet = this.#packet;
    packet.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    packet.pts = packet.dts = this.#ticks(at);
    packet.duration = this.#ticks(at + durationMs) - packet.pts;
    packet.streamIndex = 0;
    packet.isKeyframe = isKeyFrame;
    packet.timeBase = this.#stream.timeBase;
    const result = this.#context.writeFrameSync(packet);
    packet.unref();
    FFmpegError.throwIfError(result, "packet");
  }

  /** Has all that was written handed on, so that it can be played without what follows. */
  flush(): void {
    FFmpegError.throwIfError(this.#context.writeFrameSync(null), "flush");
  }

  /** Writes what stands at the end. */
  finish(): void {
    FFmpegError.throwIfError(this.#context.writeTrailerSync(), "trailer");
  }

  /** Frees FFmpeg's memory. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#packet.free();
    this.#context.pb = null;
    this.#context.freeContext();
    this.#io.freeContext();
  }

  #ticks(ms: number): bigint {
    return BigInt(Math.round(ms * this.#ticksPerMs));
  }
}

function describe(
  stream: Stream,
  { codecId, width, height, format, profile, level, extraData }: StreamParameters,
): void {
  const { codecpar } = stream;
  codecpar.codecType = AVMEDIA_TYPE_VIDEO;
  codecpar.codecId = codecId;
  codecpar.width = width;
  codecpar.height = height;
  codecpar.format = format;
  codecpar.profile = profile;
  codecpar.level = level;
  if (extraData !== null) codecpar.extradata = Buffer.from(extraData);
  stream.timeBase = new Rational(1, 90_000);
}

function sought(bytes: MuxedBytes, offset: number, whence: number): number {
  if ((whence & AVSEEK_SIZE) !== 0) return bytes.size;
  const from = whence === SEEK_CURRENT ? bytes.position : whence === SEEK_END ? bytes.size : 0;
  bytes.seek(from + offset);
  return from + offset;
}
