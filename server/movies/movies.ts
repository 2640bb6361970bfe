/** Owns the movies of a server: a folder of them, what decodes them, and the frames that are held. In the main process. */

import { StreamError } from "../../shared/errors.ts";
import type { MoviePoolConfig } from "./decoder-slots.ts";
import { FrameCache, type FrameCacheConfig } from "./frame-cache.ts";
import { type FoundMovie, MovieFolder, type MovieList } from "./movie-folder.ts";
import { type FrameForm, formName } from "./movie-form.ts";
import type { MovieInfo } from "./movie-info.ts";
import { MoviePool } from "./movie-pool.ts";

export type MoviesConfig = {
  readonly folder: string;
  readonly pool: MoviePoolConfig;
  readonly cache: FrameCacheConfig;
};

/** For whom a frame is. */
export type FrameAsker = { readonly asker: string; readonly signal: AbortSignal };

export class Movies {
  readonly #folder: MovieFolder;
  readonly #pool: MoviePool;
  readonly #cache: FrameCache;

  /** The owner closes it. */
  constructor({ folder, pool, cache }: MoviesConfig) {
    this.#folder = new MovieFolder(folder);
    this.#pool = new MoviePool(pool);
    this.#cache = new FrameCache(cache);
  }

  list(): Promise<MovieList> {
    return this.#folder.list();
  }

  /** The movie at a path; null where there is none. */
  find(names: readonly string[]): Promise<FoundMovie | null> {
    return this.#folder.find(names);
  }

  /** What there is to know of a movie. Rejects with `StreamError`: "input-failed", "too-fast", "closed". */
  async info(movie: FoundMovie): Promise<MovieInfo> {
    return (await inOwnWords(movie, this.#pool.open(movie))).info;
  }

  /** When a frame is shown, in seconds. Rejects as `info` does, and with `RangeError`. */
  async secondsOf(movie: FoundMovie, frame: number): Promise<number> {
    return (await inOwnWords(movie, this.#pool.open(movie))).index.secondsOf(frame);
  }

  /** The tag of what is given of a movie: what has the same tag has the same bytes. */
  tagOf({ version }: FoundMovie, frames: string, form: FrameForm): string {
    return `${version}-${frames}-${formName(form)}`;
  }

  /** A frame in a form, which is only read. Rejects as `info` does, with `RangeError` and with the signal's reason. */
  async frame(movie: FoundMovie, frame: number, form: FrameForm, { asker, signal }: FrameAsker): Promise<Uint8Array> {
    const key = this.tagOf(movie, String(frame), form);
    const held = await this.#cache.get(key);
    if (held !== null) return held;
    const bytes = await inOwnWords(movie, this.#pool.frame({ movie, frame, form, asker, signal }));
    // The pixels are large, and soon made.
    this.#cache.set(key, bytes, form.format !== "raw");
    return bytes;
  }

  /** How many processes decode, how many frames wait for them, and how many bytes of frames are held. */
  get counts(): MoviePool["counts"] & FrameCache["bytes"] {
    return { ...this.#pool.counts, ...this.#cache.bytes };
  }

  /** Ends what decodes. Idempotent. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** Where on the disk the folder lies is nobody's business. */
async function inOwnWords<Result>({ path, name }: FoundMovie, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof StreamError) || !error.message.includes(path)) throw error;
    throw new StreamError(error.code, error.message.replaceAll(path, name), { cause: error });
  }
}
