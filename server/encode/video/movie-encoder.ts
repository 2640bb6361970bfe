/**
 * Owns an encoder of movies, in the thread that calls it: every picture is coded by the same fixed measure, whatever came before.
 *
 * ME1 The first picture is a key frame that needs nothing before it, there are no pictures that need later ones, and the number of
 *     threads is fixed; so the packets follow from the pictures alone, on any machine, and movies one after another are one movie.
 */

import { AV_LOG_FATAL, AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV444P, AVERROR_EAGAIN, AVERROR_EOF } from "node-av/constants";
import { CodecContext, FFmpegError, type Frame, Log, Packet } from "node-av/lib";
import type { PictureSize } from "../../../shared/video.ts";
import { PictureConverter } from "../av-picture-converter.ts";
import type { MovieCoding } from "./movie-codec.ts";
import { drawnColours, openMovieContext } from "./movie-context.ts";

Log.setLevel(AV_LOG_FATAL);

/** Frames a second: a whole number, or a fraction such as 30000/1001. */
export type FrameRate = { readonly num: number; readonly den: number };

export type MovieConfig = MovieCoding & {
  /** Even numbers where `chroma` is "420". */
  readonly size: PictureSize;
  readonly fps: FrameRate;
};

export class MovieEncoder {
  /** For who writes the header of a file. */
  readonly context: CodecContext = new CodecContext();
  readonly #converter: PictureConverter;
  readonly #taken: (packet: Packet) => void;
  readonly #packet = new Packet();
  #count = 0n;
  #closed = false;

  /** `taken` is given each packet, to be copied or written during the call; its times count frames. Throws `StreamError` "no-encoder". */
  constructor(config: MovieConfig, taken: (packet: Packet) => void) {
    this.#taken = taken;
    this.#packet.alloc();
    const { size, fps, ...coding } = config;
    const layout = config.chroma === "444" ? AV_PIX_FMT_YUV444P : AV_PIX_FMT_YUV420P;
    const timeBase = { num: fps.den, den: fps.num };
    openMovieContext(this.context, { coding, size, layout, timeBase, fps, colours: drawnColours });
    this.#converter = new PictureConverter(size, size, layout);
  }

  /** Encodes a picture, RGBA with the bottom row first, which is only read, during the call. */
  encode(rgba: Uint8Array): void {
    const frame = this.#converter.convert({ rgba, i420: null });
    frame.pts = this.#count;
    this.#count += 1n;
    this.#send(frame);
  }

  /** There is no more to come: gives the packets that waited. */
  finish(): void {
    this.#send(null);
  }

  /** Frees FFmpeg's memory. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#packet.free();
    this.#converter.close();
    this.context.freeContext();
  }

  #send(frame: Frame | null): void {
    FFmpegError.throwIfError(this.context.sendFrameSync(frame), "encode");
    for (;;) {
      const result = this.context.receivePacketSync(this.#packet);
      if (result === AVERROR_EAGAIN || result === AVERROR_EOF) return;
      FFmpegError.throwIfError(result, "encode");
      this.#taken(this.#packet);
      this.#packet.unref();
    }
  }
}
