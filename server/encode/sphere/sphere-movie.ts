/** Owns the file that pictures of another layout are written to, with the sound of the one before as it is. In the thread that calls it. */

import { AV_PIX_FMT_YUV420P, AVERROR_EAGAIN, AVERROR_EOF } from "node-av/constants";
import { CodecContext, Dictionary, FFmpegError, FormatContext, type Frame, Packet, type Stream } from "node-av/lib";
import { draftOf, isMp4, placeMovie, removeDrafts } from "../mux/movie-drafts.ts";
import { fileError } from "../mux/movie-file.ts";
import type { SphericalProjection } from "../mux/spherical-boxes.ts";
import { markSpherical, sphericalHeader } from "../mux/spherical-side-data.ts";
import type { MovieCoding } from "../video/movie-codec.ts";
import { openMovieContext } from "../video/movie-context.ts";

export type SphereMovieOptions = {
  readonly path: string;
  /** FFmpeg's name of the format: mp4, mov, matroska or webm. */
  readonly format: string;
  readonly coding: MovieCoding;
  /** What players are told; null where there are no words for it. */
  readonly projection: SphericalProjection | null;
  /** The video that it is made from, and the sound that is copied. */
  readonly video: Stream;
  readonly sound: readonly Stream[];
};

export class SphereMovie {
  readonly #options: SphereMovieOptions;
  readonly #encoder = new CodecContext();
  readonly #output = new FormatContext();
  readonly #packet = new Packet();
  readonly #sound = new Map<number, { readonly from: Stream; readonly to: Stream }>();
  #stream: Stream | null = null;
  /** Sound that came before the first picture, from which the form of the video is known. */
  #early: Packet[] = [];
  #closed = false;

  constructor(options: SphereMovieOptions) {
    this.#options = options;
    this.#packet.alloc();
  }

  /** Adds a picture, at its own time. Throws `StreamError` "output-failed" or "no-encoder". */
  add(frame: Frame): void {
    this.#stream ??= this.#begin(frame);
    this.#send(frame, this.#stream);
  }

  /** Copies a packet of sound. */
  copy(packet: Packet): void {
    if (this.#stream !== null) return this.#copy(packet);
    const kept = packet.clone();
    if (kept !== null) this.#early.push(kept);
  }

  /** Ends the file and gives it its name. */
  finish(): void {
    if (this.#stream !== null) this.#send(null, this.#stream);
    this.#check(this.#output.writeTrailerSync());
    this.#output.closeOutputSync();
    const { path, format, projection } = this.#options;
    placeMovie(path, format, projection);
    this.close();
  }

  /** Frees FFmpeg's memory; what is not finished is removed. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const packet of this.#early) packet.free();
    this.#packet.free();
    this.#encoder.freeContext();
    this.#output.freeContext();
    removeDrafts(this.#options.path);
  }

  #begin(frame: Frame): Stream {
    const { path, format, coding, projection, video, sound } = this.#options;
    const { width, height, colorSpace, colorRange, colorPrimaries, colorTrc, timeBase } = frame;
    openMovieContext(this.#encoder, {
      coding,
      size: { width, height },
      layout: AV_PIX_FMT_YUV420P,
      timeBase,
      fps: video.avgFrameRate.num > 0 ? video.avgFrameRate : { num: 30, den: 1 },
      colours: { colorSpace, colorRange, colorPrimaries, colorTrc },
    });
    this.#check(this.#output.allocOutputContext2(null, format, `file:${draftOf(path)}`));
    const stream = this.#output.newStream(null);
    this.#check(stream.codecpar.fromContext(this.#encoder));
    stream.timeBase = timeBase;
    stream.avgFrameRate = video.avgFrameRate;
    if (projection !== null && !isMp4(format)) markSpherical(stream, projection);
    for (const from of sound) this.#sound.set(from.index, { from, to: this.#describe(from) });
    this.#check(this.#output.openOutputSync());
    // Units as the file before has them, so that times stay exact.
    const scale: Record<string, string> = timeBase.num === 1 ? { video_track_timescale: String(timeBase.den) } : {};
    const header = isMp4(format) ? { movflags: "+faststart", ...scale } : sphericalHeader;
    this.#check(this.#output.writeHeaderSync(Dictionary.fromObject({ ...header })));
    for (const packet of this.#early.splice(0)) {
      this.#copy(packet);
      packet.free();
    }
    return stream;
  }

  #describe(from: Stream): Stream {
    const to = this.#output.newStream(null);
    this.#check(from.codecpar.copy(to.codecpar));
    to.codecpar.codecTag = 0;
    to.timeBase = from.timeBase;
    return to;
  }

  #copy(packet: Packet): void {
    const streams = this.#sound.get(packet.streamIndex);
    if (streams === undefined) return;
    packet.streamIndex = streams.to.index;
    packet.rescaleTs(streams.from.timeBase, streams.to.timeBase);
    this.#check(this.#output.interleavedWriteFrameSync(packet));
  }

  #send(frame: Frame | null, stream: Stream): void {
    FFmpegError.throwIfError(this.#encoder.sendFrameSync(frame), "encode");
    for (;;) {
      const result = this.#encoder.receivePacketSync(this.#packet);
      if (result === AVERROR_EAGAIN || result === AVERROR_EOF) return;
      FFmpegError.throwIfError(result, "encode");
      this.#packet.streamIndex = stream.index;
      this.#packet.rescaleTs(this.#encoder.timeBase, stream.timeBase);
      this.#check(this.#output.interleavedWriteFrameSync(this.#packet));
    }
  }

  #check(result: number): void {
    if (result < 0) throw fileError(this.#options.path, result);
  }
}
