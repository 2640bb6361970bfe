/**
 * Owns making a film of many movies: one is downloaded while another is encoded, in their order. In the process that wants it.
 *
 * VQ1 At most `ahead` movies are downloaded that are not encoded yet, besides the one that is encoded; so the disk holds no more of them.
 * VQ2 A movie that fails is told of, and the others go on. What fails for all, as a full disk, ends it at once.
 * VQ3 What is done stays: another run with the same options leaves whole movies as they are, and goes on with what is half there.
 */

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { StreamError } from "../../shared/errors.ts";
import { openQueue } from "../jobs/open-queue.ts";
import { PiecePool } from "../jobs/piece-pool.ts";
import { siblingUrl } from "../platform/threads.ts";
import { downloadMovie } from "./download-movie.ts";
import type { EncodedMovie, EncodeProgress, MovieEncoding } from "./encode-movie.ts";
import { filmByQueue } from "./film-by-queue.ts";
import { FilmFolder } from "./film-folder.ts";
import { type FilmOptions, type ResolvedFilm, resolveFilmOptions } from "./film-options.ts";
import {
  entryOf,
  type FilmOutcome,
  failedOf,
  madeOf,
  mayGoOn,
  type Planned,
  planOf,
  stopped,
  unfit,
} from "./film-plan.ts";
import { FilmProgressMeter } from "./film-progress.ts";
import { readSources } from "./film-sources.ts";

/** What a film came to. */
export type FilmSummary = {
  /** In the order of the sources. */
  readonly movies: readonly FilmOutcome[];
  /** How long this run took. */
  readonly seconds: number;
};

/**
 * Makes movies ready for players of HLS: each in several sizes, with its sound and a master playlist, in a folder of its own, and an index of
 * all. An earlier run that was stopped is gone on with. With `queue` whoever works for that queue makes them, each as a task of one job.
 * Resolves when all are done or failed. Throws `TypeError` at once where an option is wrong. Rejects with `StreamError`: "output-failed" (a
 * full disk as well), "input-failed" where a list cannot be read or the queue's owner is gone, "no-encoder", or "closed" where the signal
 * stopped it, or somebody cancelled the job.
 */
export function filmToHls(options: FilmOptions): Promise<FilmSummary> {
  return new Film(resolveFilmOptions(options)).run();
}

type Fetched = { readonly path: string } | StreamError;
type Pool = PiecePool<MovieEncoding, EncodeProgress, EncodedMovie>;

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
    const plan = sources.map((source) => planOf(source, folder, this.#options));
    folder.writeIndex(plan.map(entryOf));
    const meter = new FilmProgressMeter(plan.length, plan.filter(({ outcome }) => outcome !== null).length);
    this.#options.onProgress(meter.report);
    const left = plan.filter(({ outcome }) => outcome === null);
    const { queue } = this.#options;
    if (left.length > 0 && queue !== null) await this.#sendAway(queue, left, plan, folder, meter);
    else if (left.length > 0) await this.#work(left, plan, folder, meter);
    const movies = plan.map(({ outcome }) => outcome).filter((outcome) => outcome !== null);
    return { movies, seconds: (performance.now() - begun) / 1000 };
  }

  /** Has others do it. */
  async #sendAway(
    url: string,
    left: readonly Planned[],
    plan: readonly Planned[],
    folder: FilmFolder,
    meter: FilmProgressMeter,
  ): Promise<void> {
    const queue = await openQueue({ kind: "queue", url });
    try {
      const ended = ({ outcome }: Planned): void => {
        meter.noteEnd(outcome?.error === null);
        this.#options.onProgress(meter.report);
        folder.writeIndex(plan.map(entryOf));
      };
      await filmByQueue(queue.store, left, { options: this.#options, folder, meter, ended });
    } finally {
      await queue.close();
    }
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
    const bad = unfit(source);
    if (bad !== null) return bad;
    if (from.kind === "file") return { path: from.path };
    if (from.kind !== "address") throw new TypeError("What is refused is unfit.");
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
    planned: Planned,
    fetched: Fetched,
    { folder, meter, pool }: { readonly folder: FilmFolder; readonly meter: FilmProgressMeter; readonly pool: Pool },
  ): Promise<FilmOutcome> {
    const { title } = planned.source;
    const { sizes, segmentSeconds, onProgress, onMessage } = this.#options;
    if (fetched instanceof StreamError) return failedOf(planned, fetched, onMessage);
    const work = folder.workFor(planned.mark.key);
    const encoded = join(work, "hls");
    try {
      const progressed = (progress: EncodeProgress): void => {
        meter.noteEncode(title, progress);
        onProgress(meter.report);
      };
      const encoding = { path: fetched.path, title, folder: encoded, sizes, segmentSeconds };
      const movie = { title, ...(await pool.run(encoding, { progressed, signal: this.#signal })) };
      const outcome = madeOf(planned, encoded, movie, { folder, onMessage });
      removeAll(work);
      return outcome;
    } catch (error) {
      const failure = mayGoOn(error);
      // What is broken would be so again.
      removeAll(work);
      return failedOf(planned, failure, onMessage);
    } finally {
      meter.noteEncode(title, null);
    }
  }
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
