/** Owns the options of a film: what they mean, their defaults and every check. Pure. */

import { resolve } from "node:path";
import { isQueueAddress } from "../jobs/queue-address.ts";
import { fieldsOf, optionalText, text, texts, wholeNumber } from "../platform/option-checks.ts";
import type { FilmProgress } from "./film-progress.ts";

/** What `filmToHls` takes. */
export type FilmOptions = {
  /**
   * Movies, 1 to 1000 names: files, folders of movies, addresses of HTTP, and lists of them, `.txt`, `.m3u` or `.m3u8`, a line each, files
   * or addresses as well. A list that is downloaded may name addresses alone, and none in a network of this machine but on its own server.
   */
  readonly sources: readonly string[];
  /** The folder to write: one for each movie, with `master.m3u8` in it, and `index.json`. Made where it is not there. */
  readonly to: string;
  /**
   * Heights of 16:9, 120 to 2160, at most 8, into whose boxes the pictures fit, upright ones too; none is larger than the movie, whose own
   * size takes the place of those that it does not reach. Default 360, 720 and 1080.
   */
  readonly sizes?: readonly number[];
  /** How long a segment is, in whole seconds, 2 to 20. Default 6. */
  readonly segmentSeconds?: number;
  /** How many movies are downloaded before they are encoded, 0 to 100; 0 downloads and encodes in turn. Default 2. */
  readonly ahead?: number;
  /**
   * A queue that several machines share, `redis://host:6379`: its workers download and encode, as many movies at once as they are, each from
   * its beginning. Files are sent there first. Default none.
   */
  readonly queue?: string;
  /** A movie that is larger is not downloaded, in bytes, 1 to 1e15. Default 50e9. */
  readonly maxDownloadBytes?: number;
  /** Called some times a second with how far it is. */
  readonly onProgress?: (progress: FilmProgress) => void;
  /** Called with what went wrong and was mended, or skipped, in a sentence. */
  readonly onMessage?: (line: string) => void;
  /** Stops it when aborted; what is done is kept, and another run goes on. */
  readonly signal?: AbortSignal;
};

/** Every option with its value. */
export type ResolvedFilm = Required<Omit<FilmOptions, "queue">> & { readonly queue: string | null };

const names: readonly (keyof FilmOptions)[] = [
  ...(["sources", "to", "sizes", "segmentSeconds", "ahead", "queue", "maxDownloadBytes"] as const),
  ...(["onProgress", "onMessage", "signal"] as const),
];
const MAX_SOURCES = 1000;
const MAX_SIZES = 8;

/** Fills and checks. Throws `TypeError` naming the option and its rule. */
export function resolveFilmOptions(options: FilmOptions): ResolvedFilm {
  fieldsOf("options", options, names);
  const { sizes = [360, 720, 1080], segmentSeconds = 6, ahead = 2, maxDownloadBytes = 50e9 } = options;
  const { onProgress = () => undefined, onMessage = () => undefined, signal } = options;
  const queue = optionalText("options.queue", options.queue, "an address like redis://host:6379", isQueueAddress);
  if (queue !== null && options.ahead !== undefined) throw new TypeError("options.ahead is of no use with a queue.");
  const isName = (name: string): boolean => name !== "" && !name.includes("\0");
  const sources = texts("options.sources", options.sources, { max: MAX_SOURCES, rule: "a name", fits: isName });
  if (sources.length === 0) throw new TypeError("options.sources must have one movie at least.");
  if (!Array.isArray(sizes) || sizes.length === 0 || sizes.length > MAX_SIZES) {
    throw new TypeError(`options.sizes must be a list of 1 to ${MAX_SIZES}.`);
  }
  return {
    sources,
    to: resolve(text("options.to", options.to, "the path of a folder", isName)),
    sizes: [...new Set(sizes.map((size) => wholeNumber("options.sizes", size, 120, 2160)))],
    segmentSeconds: wholeNumber("options.segmentSeconds", segmentSeconds, 2, 20),
    ahead: wholeNumber("options.ahead", ahead, 0, 100),
    queue,
    maxDownloadBytes: wholeNumber("options.maxDownloadBytes", maxDownloadBytes, 1, 1e15),
    onProgress,
    onMessage,
    signal: signal ?? new AbortController().signal,
  };
}
