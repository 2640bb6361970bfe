/** Owns the flags of the command line about the folder of movies, and what they mean as options. Pure. */

import type { MovieOptions } from "../options/movie-options.ts";
import { amountOf, type FlagValues, given, type OptionNames } from "./flag-values.ts";

export const movieFlags = {
  movies: { type: "string" },
  "movie-decoders": { type: "string" },
  "movie-memory": { type: "string" },
  "movie-disk": { type: "string" },
} as const;

export const movieHelp = `Movies:
  --movies <folder>         every frame of the movies in this folder, for all who may watch, at /movies
  --movie-decoders <n>      as many as cores, 8 at most; so many processes decode
  --movie-memory <bytes>    67108864; frames held in memory
  --movie-disk <bytes>      536870912; frames held on the disk; 0 for none
`;

/** The name on the command line of each of these options. */
export const movieOptionNames: OptionNames = [
  ["options.movies.folder", "--movies"],
  ["options.movies.maxDecoders", "--movie-decoders"],
  ["options.movies.maxMemoryBytes", "--movie-memory"],
  ["options.movies.maxDiskBytes", "--movie-disk"],
];

/** Throws `TypeError` with a line for people. */
export function readMovieFlags(values: FlagValues<typeof movieFlags>): { readonly movies: MovieOptions } {
  const { movies: folder, "movie-decoders": decoders, "movie-memory": memory, "movie-disk": disk } = values;
  return {
    movies: given({
      folder,
      maxDecoders: decoders === undefined ? undefined : amountOf(decoders, "--movie-decoders"),
      maxMemoryBytes: memory === undefined ? undefined : amountOf(memory, "--movie-memory"),
      maxDiskBytes: disk === undefined ? undefined : amountOf(disk, "--movie-disk"),
    }),
  };
}
