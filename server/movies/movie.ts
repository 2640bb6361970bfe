/** Owns a movie as programs and scenes have it: any frame of it, decoded in a thread of its own. In the thread that opened it. */

import { fileURLToPath } from "node:url";
import { fromPlainError, StreamError } from "../../shared/errors.ts";
import type { PictureSize } from "../../shared/video.ts";
import { boolean, wholeNumber } from "../platform/option-checks.ts";
import { siblingUrl, Thread } from "../platform/threads.ts";
import { FrameIndex } from "./frame-index.ts";
import type { MovieInfo, MoviePicture } from "./movie-info.ts";
import type { FromMovieThread, MovieThreadData, ToMovieThread } from "./movie-thread-protocol.ts";

/** How a movie is opened. */
export type OpenMovieOptions = {
  /** Threads that FFmpeg decodes with, 1 to 64. More of them give frames in a row faster, and single ones later. Default 1. */
  readonly threads?: number;
  /**
   * Whether all of the file is read to find out where its frames are, also where its container says it. Default false: of more than 64
   * MiB of MP4, QuickTime, Matroska and WebM only what the container says is read, where that will do.
   */
  readonly isReadWhole?: boolean;
};

/** Which frames of a movie, one after the other. */
export type MovieFramesOptions = {
  /** The first of them. Default 0. */
  readonly first?: number;
  /** The last of them. Default the last of the movie. */
  readonly last?: number;
  /** The size in which they are given, in pixels. Default that of the movie. */
  readonly size?: PictureSize;
};

type Opened = Extract<FromMovieThread, { readonly kind: "opened" }>;
type Waiter = { readonly resolve: (picture: MoviePicture) => void; readonly reject: (error: Error) => void };

/** So many frames are decoded before they are asked for, where they are read in a row. */
const AHEAD = 2;

/** A movie that is open. */
export class Movie implements MovieInfo {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly isRateVariable: boolean;
  readonly frameCount: number;
  readonly seconds: number;
  readonly codec: string;
  readonly rotation: MovieInfo["rotation"];
  readonly pixelAspectRatio: number;
  readonly bytes: number;
  readonly #thread: Thread<ToMovieThread, FromMovieThread>;
  readonly #index: FrameIndex;
  readonly #waiting = new Map<number, Waiter>();
  #lastJob = 0;
  #end: StreamError | null = null;

  /** As `openMovie`. */
  static async open(path: string | URL, options: OpenMovieOptions = {}): Promise<Movie> {
    const data: MovieThreadData = {
      path: pathOf(path),
      threads: wholeNumber("options.threads", options.threads ?? 1, 1, 64),
      isReadWhole: boolean("options.isReadWhole", options.isReadWhole ?? false),
    };
    return await Movie.start(data);
  }

  /** Opens a movie where the options were checked. Rejects with `StreamError` "input-failed". @internal */
  static async start(data: MovieThreadData): Promise<Movie> {
    const url = siblingUrl(import.meta.url, "./movie.worker");
    const thread = new Thread<ToMovieThread, FromMovieThread>(url, "movie thread", data, "input-failed");
    const opened = await new Promise<Opened>((resolve, reject) => {
      thread.on("messageReceived", (message) => message.kind === "opened" && resolve(message));
      thread.on("ended", reject);
    });
    return new Movie(thread, opened);
  }

  private constructor(thread: Thread<ToMovieThread, FromMovieThread>, { info, index }: Opened) {
    this.#thread = thread;
    this.#index = new FrameIndex(index);
    this.width = info.width;
    this.height = info.height;
    this.frameRate = info.frameRate;
    this.isRateVariable = info.isRateVariable;
    this.frameCount = info.frameCount;
    this.seconds = info.seconds;
    this.codec = info.codec;
    this.rotation = info.rotation;
    this.pixelAspectRatio = info.pixelAspectRatio;
    this.bytes = info.bytes;
    thread.on("messageReceived", (message) => this.#receive(message));
    thread.on("ended", (error) => this.#fail(error));
  }

  /** When a frame is shown, in seconds from the beginning. Throws `RangeError` where there is no such frame. */
  secondsOf(frame: number): number {
    return this.#index.secondsOf(frame);
  }

  /** The number of the frame that is shown at a time in seconds: the last that has begun, or the first. */
  frameAt(seconds: number): number {
    return this.#index.frameAt(seconds);
  }

  /**
   * Gives a frame by its number, from 0: RGBA, the top row first, of the movie's size or of `size`, in memory that is the caller's.
   * Rejects with `RangeError` where there is no such frame, and with `StreamError` "input-failed" where it cannot be decoded or
   * "closed" after `close`.
   */
  async frame(frame: number, { size }: { readonly size?: PictureSize } = {}): Promise<MoviePicture> {
    this.#index.packetOf(frame);
    if (size !== undefined) checkSize(size);
    if (this.#end !== null) throw this.#end;
    this.#lastJob += 1;
    const { promise, resolve, reject } = Promise.withResolvers<MoviePicture>();
    this.#waiting.set(this.#lastJob, { resolve, reject });
    this.#thread.post({ kind: "frame", job: this.#lastJob, frame, size: size ?? null });
    return await promise;
  }

  /** Gives frames in a row, two of which are decoded ahead. Throws as `frame` rejects. */
  async *frames({
    first = 0,
    last = this.frameCount - 1,
    size,
  }: MovieFramesOptions = {}): AsyncGenerator<MoviePicture> {
    const coming: Promise<MoviePicture>[] = [];
    const options = size === undefined ? {} : { size };
    for (let next = first; next <= last || coming.length > 0; ) {
      while (next <= last && coming.length <= AHEAD) {
        const asked = this.frame(next, options);
        // What fails is told when it is its turn.
        asked.catch(() => undefined);
        coming.push(asked);
        next += 1;
      }
      const picture = await coming.shift();
      if (picture !== undefined) yield picture;
    }
  }

  /** Ends its thread. Whoever waits for a frame is told "closed". Idempotent. */
  async close(): Promise<void> {
    this.#fail(new StreamError("closed", "The movie was closed."));
    await this.#thread.close({ kind: "close" });
  }

  /** As `close`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #receive(message: FromMovieThread): void {
    if (message.kind === "opened") return;
    const waiter = this.#waiting.get(message.job);
    this.#waiting.delete(message.job);
    if (message.kind === "frame") waiter?.resolve(message.picture);
    else waiter?.reject(fromPlainError(message.error, "input-failed"));
  }

  #fail(error: StreamError): void {
    this.#end ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }
}

/**
 * Opens a movie of any kind that FFmpeg reads, by its path or `file:` address, and finds out where its frames are. Rejects with
 * `TypeError` naming the option and its rule, and with `StreamError` "input-failed" where it is no movie.
 */
export function openMovie(path: string | URL, options: OpenMovieOptions = {}): Promise<Movie> {
  return Movie.open(path, options);
}

function pathOf(path: string | URL): string {
  if (path instanceof URL) {
    if (path.protocol !== "file:") throw new TypeError("path must be a path or an address that begins with file:.");
    return fileURLToPath(path);
  }
  if (typeof path === "string" && path !== "" && !path.includes("\0")) return path;
  throw new TypeError("path must be a path or an address that begins with file:.");
}

function checkSize({ width, height }: PictureSize): void {
  wholeNumber("size.width", width, 1, 16_384);
  wholeNumber("size.height", height, 1, 16_384);
}
