/** Owns how the folder of movies is opened by the options of a server. In the main process. */

import { Movies } from "./movies/movies.ts";
import type { ResolvedMovies } from "./options/movie-options.ts";

/** A decoder without work is ended after so long. */
const IDLE_MS = 30_000;
/** One that takes more is ended when it has nothing to do. */
const MAX_DECODER_BYTES = 2 ** 30;

export function moviesOf(options: NonNullable<ResolvedMovies>, warned: (sentence: string) => void): Movies {
  const { folder, maxDecoders, maxMemoryBytes, maxDiskBytes, maxDecodeMs, cacheFolder } = options;
  return new Movies({
    folder,
    pool: { maxDecoders, maxJobMs: maxDecodeMs, maxDecoderBytes: MAX_DECODER_BYTES, idleMs: IDLE_MS, warned },
    cache: { maxMemoryBytes, maxDiskBytes, folder: cacheFolder },
  });
}
