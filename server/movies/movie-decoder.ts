/**
 * Owns one process that decodes movies: starts it, gives it jobs and ends it. In the main process.
 *
 * MD1 A job that takes too long ends the process, as does what crashes it. The job that was the first of those it had is to blame; the
 *     others may be done again.
 */

import { fromPlainError, StreamError } from "../../shared/errors.ts";
import { type OwnedChild, ownChild } from "../platform/owned-child.ts";
import { siblingUrl } from "../platform/threads.ts";
import { FramePlaces } from "./frame-places.ts";
import type { FromMovieDecoder, MovieOpening, OpenedMovie, ToMovieDecoder } from "./movie-decoder-protocol.ts";
import type { FrameForm } from "./movie-form.ts";

/** So many movies are open in one process, as to open one takes as long as some frames. */
const MAX_OPEN = 16;
/** A process that has not begun after so long never will. */
const MAX_START_MS = 60_000;

/** The process was lost, and this job with it. */
export class DecoderLost extends Error {
  /** Whether this is the job that it was lost by. */
  readonly isBlamed: boolean;

  constructor(isBlamed: boolean, how: string) {
    super(`The process that decodes movies ended ${how}.`);
    this.isBlamed = isBlamed;
  }
}

/** The movie was opened by what its container says, and that is not so. */
export class MovieMisled extends Error {}

type Job = {
  readonly resolve: (message: FromMovieDecoder) => void;
  readonly reject: (error: Error) => void;
  /** Running for the first job alone. */
  timer: NodeJS.Timeout | undefined;
};

export type MovieDecoderConfig = {
  /** Of memory that the process is to take. From a half on it has fewer movies open. */
  readonly maxBytes: number;
  /** How long a job may take. */
  readonly maxJobMs: number;
  /** Called with each line that it prints. */
  readonly printed: (line: string) => void;
};

export class MovieDecoder {
  /** Resolves with how it ended. */
  readonly ended: Promise<string>;
  /** What it takes of memory, as it said last. */
  memoryBytes = 0;
  readonly #config: MovieDecoderConfig;
  readonly #places = FramePlaces.make();
  readonly #process: OwnedChild;
  readonly #jobs = new Map<number, Job>();
  /** The movies that it has open, the one used last at the end. */
  readonly #open = new Map<string, Promise<OpenedMovie>>();
  #lastJob = 0;
  #how: string | null = null;
  #isReady = false;

  constructor(config: MovieDecoderConfig) {
    this.#config = config;
    const module = siblingUrl(import.meta.url, "./movie-decoder-process");
    const startTimer = setTimeout(() => this.kill(), MAX_START_MS);
    startTimer.unref();
    const files = this.#places === null ? [] : [this.#places.file];
    this.#process = ownChild(module, { env: {}, files, printed: config.printed }, (message) => {
      clearTimeout(startTimer);
      this.#receive(message as FromMovieDecoder);
    });
    this.ended = this.#process.ended.then(({ how }) => {
      clearTimeout(startTimer);
      this.#handleEnd(how);
      return how;
    });
  }

  get hasEnded(): boolean {
    return this.#how !== null;
  }

  /** Opens a movie, unless it is. Rejects with `StreamError` "input-failed", or `DecoderLost`. */
  open(opening: MovieOpening): Promise<OpenedMovie> {
    const { movie, isReadWhole } = opening;
    const known = isReadWhole ? undefined : this.#open.get(movie);
    this.#open.delete(movie);
    const opened = known ?? this.#ask((job) => ({ kind: "open", job, ...opening }));
    const result = opened.then((message) => message as OpenedMovie);
    this.#open.set(movie, result);
    result.catch(() => this.#open.delete(movie));
    this.#closeOldest();
    return result;
  }

  /** Gives a frame of a movie that is open. Rejects with `StreamError` "input-failed", or `DecoderLost`. */
  async frame(movie: string, frame: number, form: FrameForm): Promise<Uint8Array> {
    const place = this.#places?.take() ?? null;
    try {
      const answer = await this.#ask((job) => ({ kind: "frame", job, movie, frame, form, place }));
      if (answer.kind !== "frame") throw new Error("The process answered another job.");
      this.memoryBytes = answer.memoryBytes;
      if (typeof answer.frame !== "number") return answer.frame;
      if (this.#places === null || place === null) throw new Error("The process has no place for frames.");
      return await this.#places.read(place, answer.frame);
    } finally {
      if (place !== null) this.#places?.free(place);
    }
  }

  /** Ends it, whatever it does. */
  kill(): void {
    this.#process.kill();
  }

  /** One at a time: how much memory there is then is known by the next frame. */
  #closeOldest(): void {
    const [oldest] = this.#open.keys();
    const isLarge = this.memoryBytes > this.#config.maxBytes / 2;
    if (oldest === undefined || this.#open.size <= (isLarge ? 1 : MAX_OPEN)) return;
    this.#open.delete(oldest);
    this.#send({ kind: "close", movie: oldest });
  }

  #ask(message: (job: number) => ToMovieDecoder): Promise<FromMovieDecoder> {
    this.#lastJob += 1;
    const job = this.#lastJob;
    const { promise, resolve, reject } = Promise.withResolvers<FromMovieDecoder>();
    if (this.#how !== null) {
      reject(new DecoderLost(false, this.#how));
      return promise;
    }
    this.#jobs.set(job, { resolve, reject, timer: undefined });
    this.#send(message(job));
    this.#watchFirst();
    return promise;
  }

  #send(message: ToMovieDecoder): void {
    this.#process.send(message);
  }

  #receive(message: FromMovieDecoder): void {
    if (message.kind === "ready") {
      this.#isReady = true;
      return this.#watchFirst();
    }
    const job = this.#jobs.get(message.job);
    if (job === undefined) return;
    clearTimeout(job.timer);
    this.#jobs.delete(message.job);
    this.#watchFirst();
    if (message.kind === "misled") job.reject(new MovieMisled());
    else if (message.kind === "failed") job.reject(fromPlainError(message.error, "input-failed"));
    else job.resolve(message);
  }

  /** MD1: a job's time begins when those before it are done. */
  #watchFirst(): void {
    const [first] = this.#jobs.values();
    if (!this.#isReady || first === undefined || first.timer !== undefined) return;
    first.timer = setTimeout(() => {
      const seconds = Math.round(this.#config.maxJobMs / 1000);
      first.reject(new StreamError("input-failed", `The movie was not decoded within ${seconds} s.`));
      this.kill();
    }, this.#config.maxJobMs);
  }

  /** MD1 */
  #handleEnd(how: string): void {
    this.#how = how;
    this.#places?.close();
    let isFirst = true;
    for (const job of this.#jobs.values()) {
      clearTimeout(job.timer);
      job.reject(new DecoderLost(isFirst, how));
      isFirst = false;
    }
    this.#jobs.clear();
  }
}
