/** Owns a file that a movie is encoded into, and that is there under its name only when it is whole. In the thread that calls it. */

import { FFmpegError, FormatContext, type Packet, type Stream } from "node-av/lib";
import type { StreamError } from "../../../shared/errors.ts";
import { diskWords } from "../../platform/disk-words.ts";
import { type MovieConfig, MovieEncoder } from "../video/movie-encoder.ts";
import { draftOf, placeMovie, removeDrafts } from "./movie-drafts.ts";
import { markSpherical } from "./spherical-side-data.ts";

export type MovieFileConfig = MovieConfig & {
  /** Whether its pictures show all around, equirectangular. Default false. */
  readonly isPanorama?: boolean;
};

export class MovieFile {
  readonly #path: string;
  readonly #encoder: MovieEncoder;
  readonly #file = new FormatContext();
  readonly #stream: Stream;
  #closed = false;

  /** A file of Matroska at `path`. Throws `StreamError` "output-failed" or "no-encoder". */
  constructor(path: string, { isPanorama = false, ...config }: MovieFileConfig) {
    this.#path = path;
    this.#encoder = new MovieEncoder(config, (packet) => this.#write(packet));
    try {
      this.#check(this.#file.allocOutputContext2(null, "matroska", `file:${draftOf(path)}`));
      this.#stream = this.#file.newStream(null);
      this.#check(this.#stream.codecpar.fromContext(this.#encoder.context));
      if (isPanorama) markSpherical(this.#stream, "equirectangular");
      this.#stream.timeBase = this.#encoder.context.timeBase;
      this.#check(this.#file.openOutputSync());
      this.#check(this.#file.writeHeaderSync(null));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Adds a picture, RGBA with the bottom row first. Throws `StreamError` "output-failed". */
  add(rgba: Uint8Array): void {
    this.#encoder.encode(rgba);
  }

  /** Ends the file and gives it its name. Throws `StreamError` "output-failed". */
  finish(): void {
    this.#encoder.finish();
    this.#check(this.#file.writeTrailerSync());
    this.#file.closeOutputSync();
    placeMovie(this.#path, "matroska", null);
    this.close();
  }

  /** Frees FFmpeg's memory; what is not finished is removed. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#encoder.close();
    this.#file.freeContext();
    removeDrafts(this.#path);
  }

  #write(packet: Packet): void {
    packet.streamIndex = 0;
    packet.rescaleTs(this.#encoder.context.timeBase, this.#stream.timeBase);
    this.#check(this.#file.writeFrameSync(packet));
  }

  #check(result: number): void {
    if (result < 0) throw fileError(this.#path, result);
  }
}

/** What FFmpeg says of a file that it cannot write, in words. */
export function fileError(path: string, result: number): StreamError {
  const errno = osErrors[-result];
  if (errno !== undefined) return diskWords(path, Object.assign(new Error(errno), { code: errno }));
  return diskWords(path, new FFmpegError(result));
}

/** FFmpeg gives those of the system as negative numbers; these are of Linux, macOS and Windows alike but where named. */
const osErrors: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  5: "EIO",
  13: "EACCES",
  20: "ENOTDIR",
  21: "EISDIR",
  27: "EFBIG",
  28: "ENOSPC",
  30: "EROFS",
};
