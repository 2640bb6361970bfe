/**
 * Owns making a film of many movies: one is downloaded while another is encoded, in their order. In the process that wants it.
 *
 * VQ1 At most `ahead` movies are downloaded that are not encoded yet, besides the one that is encoded; so the disk holds no more of them.
 * VQ2 A movie that fails is told of, and the others go on. What fails for all, as a full disk, ends it at once.
 * VQ3 What is done stays: another run with the same options leaves whole movies as they are, and goes on with what is half there.
 */

import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { StreamError, type StreamErrorCode } from "../../shared/errors.ts";
import { PiecePool } from "../jobs/piece-pool.ts";
import { siblingUrl } from "../platform/threads.ts";
import { downloadMovie } from "./download-movie.ts";
import type { EncodedMovie, EncodeProgress, MovieEncoding } from "./encode-movie.ts";
import { type FilmedMovie, FilmFolder, type IndexEntry, type MovieMark } from "./film-folder.ts";
import { type FilmOptions, type ResolvedFilm, resolveFilmOptions } from "./film-options.ts";
import { FilmProgressMeter } from "./film-progress.ts";
import { type MovieSource, readSources, sourceKey } from "./film-sources.ts";

/** What became of one movie. */
export type FilmOutcome = {
  readonly title: string;
  /** Its folder's name; null where it failed. */
  readonly folder: string | null;
  /** `there` was made by an earlier run. */
  readonly state: "made" | "there" | "failed";
  /** What is known of it; null where it failed. */
  readonly movie: FilmedMovie | null;
  /** Why it failed, in a sentence; else null. */
  readonly error: string | null;
};

/** What a film came to. */
export type FilmSummary = {
  /** In the order of the sources. */
  readonly movies: readonly FilmOutcome[];
  /** How long this run took. */
  readonly seconds: number;
};

/**
 * Makes movies ready for players of HLS: each in several sizes, with its sound and a master playlist, in a folder of its own, and an index of
 * all. An earlier run that was stopped is gone on with. Resolves when all are done or failed. Throws `TypeError` at once where an option is
 * wrong. Rejects with `StreamError`: "output-failed" (a full disk as well), "input-failed" where a list cannot be read, "no-encoder", or
 * "closed" where the signal stopped it.
 */
export function filmToHls(options: FilmOptions): Promise<FilmSummary> {
  return new Film(resolveFilmOptions(options)).run();
}

type Planned = {
  readonly source: MovieSource;
  readonly mark: MovieMark;
  readonly name: string;
  outcome: FilmOutcome | null;
};
type Fetched = { readonly path: string } | StreamError;
type Pool = PiecePool<MovieEncoding, EncodeProgress, EncodedMovie>;

/** What is wrong with one movie, and not with all. */
const ofOneMovie: readonly StreamErrorCode[] = ["input-failed", "piece-lost", "unknown"];

export class Film {
  readonly #options: ResolvedFilm;
  /** Ends all where one part fails. */
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;

  constructor(options: ResolvedFilm) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
  }

  /** Throws and rejects as `filmToHls`. */
  async run(): Promise<FilmSummary> {
    const begun = performance.now();
    if (this.#signal.aborted) throw stopped();
    const sources = await readSources(this.#options.sources, this.#signal);
    using folder = new FilmFolder(this.#options.to);
    const plan = sources.map((source) => this.#planOf(source, folder));
    folder.writeIndex(plan.map(entryOf));
    const meter = new FilmProgressMeter(plan.length, plan.filter(({ outcome }) => outcome !== null).length);
    this.#options.onProgress(meter.report);
    const left = plan.filter(({ outcome }) => outcome === null);
    if (left.length > 0) await this.#work(left, plan, folder, meter);
    const movies = plan.map(({ outcome }) => outcome).filter((outcome) => outcome !== null);
    return { movies, seconds: (performance.now() - begun) / 1000 };
  }

  #planOf(source: MovieSource, folder: FilmFolder): Planned {
    const { sizes, segmentSeconds } = this.#options;
    const mark = {
      key: sourceKey(source),
      stamp: stampOf(source),
      settings: JSON.stringify({ sizes, segmentSeconds }),
    };
    const found = folder.find(mark);
    const { title } = source;
    if (found === null) return { source, mark, name: folder.nameFor(mark.key, title), outcome: null };
    const outcome = { title, folder: found.name, state: "there", movie: found.movie, error: null } as const;
    return { source, mark, name: found.name, outcome };
  }

  async #work(
    left: readonly Planned[],
    plan: readonly Planned[],
    folder: FilmFolder,
    meter: FilmProgressMeter,
  ): Promise<void> {
    const queue = left.map((planned) => ({ planned, fetched: Promise.withResolvers<Fetched>() }));
    let encoded = 0;
    let wake: () => void = () => undefined;
    const produce = async (): Promise<void> => {
      for (const [at, { planned, fetched }] of queue.entries()) {
        // VQ1
        while (at - encoded > this.#options.ahead) await new Promise<void>((resolve) => (wake = resolve));
        fetched.resolve(await this.#fetch(planned, folder, meter));
      }
    };
    await using pool: Pool = new PiecePool({
      module: siblingUrl(import.meta.url, "./film.piece"),
      workers: 1,
      processes: "kept",
      lost: (sentence) => this.#options.onMessage(sentence),
    });
    const consume = async (): Promise<void> => {
      for (const { planned, fetched } of queue) {
        planned.outcome = await this.#encode(planned, await fetched.promise, { folder, meter, pool });
        meter.noteEnd(planned.outcome.error === null);
        this.#options.onProgress(meter.report);
        folder.writeIndex(plan.map(entryOf));
        encoded += 1;
        wake();
      }
    };
    await this.#together([produce, consume], queue, () => wake());
  }

  /** VQ2: the first that fails ends the other. */
  async #together(
    works: readonly (() => Promise<void>)[],
    queue: readonly { readonly fetched: PromiseWithResolvers<Fetched> }[],
    wake: () => void,
  ): Promise<void> {
    let first: unknown = null;
    const guarded = async (work: () => Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        first ??= error;
        this.#stop.abort();
        // Nobody is to wait for what will not come.
        for (const { fetched } of queue) fetched.resolve(stopped());
        wake();
      }
    };
    await Promise.all(works.map(guarded));
    if (first !== null) throw this.#options.signal.aborted ? stopped() : first;
  }

  /** A movie as a file. */
  async #fetch({ source, mark }: Planned, folder: FilmFolder, meter: FilmProgressMeter): Promise<Fetched> {
    if (this.#signal.aborted) throw stopped();
    const { from, title } = source;
    if (from.kind === "refused") return new StreamError("input-failed", `${title} is left out: ${from.reason}`);
    if (from.kind === "file") {
      if (statSync(from.path, { throwIfNoEntry: false })?.isFile() === true) return { path: from.path };
      return new StreamError("input-failed", `There is no file at ${from.path}.`);
    }
    const path = join(folder.workFor(mark.key), "movie");
    if (existsSync(path)) return { path };
    try {
      const { maxDownloadBytes: maxBytes, onMessage, onProgress } = this.#options;
      const progressed = throttled((progress: { readonly bytes: number; readonly ofBytes: number | null }) => {
        meter.noteDownload(title, progress);
        onProgress(meter.report);
      });
      const download = { address: from.address, path, maxBytes, reach: from.reach };
      await downloadMovie(download, { progressed, failed: onMessage, signal: this.#signal });
      return { path };
    } catch (error) {
      return mayGoOn(error);
    } finally {
      meter.noteDownload(title, null);
    }
  }

  async #encode(
    { source, mark, name }: Planned,
    fetched: Fetched,
    { folder, meter, pool }: { readonly folder: FilmFolder; readonly meter: FilmProgressMeter; readonly pool: Pool },
  ): Promise<FilmOutcome> {
    const { title } = source;
    if (fetched instanceof StreamError) return this.#failed(title, fetched);
    const work = folder.workFor(mark.key);
    const encoded = join(work, "hls");
    try {
      const { sizes, segmentSeconds, onProgress, onMessage } = this.#options;
      const progressed = (progress: EncodeProgress): void => {
        meter.noteEncode(title, progress);
        onProgress(meter.report);
      };
      const encoding = { path: fetched.path, title, folder: encoded, sizes, segmentSeconds };
      const movie = { title, ...(await pool.run(encoding, { progressed, signal: this.#signal })) };
      if (movie.damaged > 0)
        onMessage(`${title} is damaged: packets that cannot be decoded were left out, ${movie.damaged} of them.`);
      folder.publish(encoded, name, mark, movie);
      removeAll(work);
      return { title, folder: name, state: "made", movie, error: null };
    } catch (error) {
      const failure = mayGoOn(error);
      // What is broken would be so again.
      removeAll(work);
      return this.#failed(title, failure);
    } finally {
      meter.noteEncode(title, null);
    }
  }

  #failed(title: string, error: StreamError): FilmOutcome {
    if (error.code === "closed") throw error;
    this.#options.onMessage(error.message);
    return { title, folder: null, state: "failed", movie: null, error: error.message };
  }
}

/** VQ2: throws what is wrong for all. */
function mayGoOn(error: unknown): StreamError {
  if (error instanceof StreamError && ofOneMovie.includes(error.code)) return error;
  throw error;
}

/** A file that was changed is another; what an address gives is taken for the same, as nobody is asked. */
function stampOf({ from }: MovieSource): string {
  if (from.kind !== "file") return "";
  const found = statSync(from.path, { throwIfNoEntry: false });
  return found === undefined ? "" : `${found.size} ${Math.round(found.mtimeMs)}`;
}

function entryOf({ source: { title }, name, outcome }: Planned): IndexEntry {
  if (outcome === null) return { title, isComing: true };
  // Sentences may name files and addresses.
  if (outcome.movie === null) return { title, hasFailed: true };
  return { ...outcome.movie, title, master: `${encodeURIComponent(name)}/master.m3u8` };
}

const TELL_MS = 200;

function throttled<Value>(tell: (value: Value) => void): (value: Value) => void {
  let at = Number.NEGATIVE_INFINITY;
  return (value) => {
    const now = performance.now();
    if (now - at < TELL_MS) return;
    at = now;
    tell(value);
  };
}

function removeAll(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

function stopped(): StreamError {
  return new StreamError("closed", "The film was stopped.");
}
