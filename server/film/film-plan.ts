/** Owns the movies of a film: which folder each gets, and what became of it. Pure but for looking at files. */

import { statSync } from "node:fs";
import { StreamError, type StreamErrorCode } from "../../shared/errors.ts";
import type { FilmedMovie, FilmFolder, IndexEntry, MovieMark } from "./film-folder.ts";
import type { ResolvedFilm } from "./film-options.ts";
import { type MovieSource, sourceKey } from "./film-sources.ts";

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

export type Planned = {
  readonly source: MovieSource;
  readonly mark: MovieMark;
  readonly name: string;
  outcome: FilmOutcome | null;
};

/** What is wrong with one movie, and not with all. */
const ofOneMovie: readonly StreamErrorCode[] = ["input-failed", "piece-lost", "unknown"];

export function planOf(source: MovieSource, folder: FilmFolder, options: ResolvedFilm): Planned {
  const { sizes, segmentSeconds } = options;
  const mark = { key: sourceKey(source), stamp: stampOf(source), settings: JSON.stringify({ sizes, segmentSeconds }) };
  const found = folder.find(mark);
  const { title } = source;
  if (found === null) return { source, mark, name: folder.nameFor(mark.key, title), outcome: null };
  const outcome = { title, folder: found.name, state: "there", movie: found.movie, error: null } as const;
  return { source, mark, name: found.name, outcome };
}

/** Why it cannot even be tried; null where it can. */
export function unfit({ from, title }: MovieSource): StreamError | null {
  if (from.kind === "refused") return new StreamError("input-failed", `${title} is left out: ${from.reason}`);
  const isThere = from.kind !== "file" || statSync(from.path, { throwIfNoEntry: false })?.isFile() === true;
  return isThere ? null : new StreamError("input-failed", `There is no file at ${from.path}.`);
}

/** Says what is damaged, and publishes what is whole in `encoded`. */
export function madeOf(
  { source: { title }, mark, name }: Planned,
  encoded: string,
  movie: FilmedMovie,
  { folder, onMessage }: { readonly folder: FilmFolder } & Pick<ResolvedFilm, "onMessage">,
): FilmOutcome {
  if (movie.damaged > 0)
    onMessage(`${title} is damaged: packets that cannot be decoded were left out, ${movie.damaged} of them.`);
  folder.publish(encoded, name, mark, movie);
  return { title, folder: name, state: "made", movie, error: null };
}

/** Tells of it. Throws where it was stopped. */
export function failedOf(
  { source: { title } }: Planned,
  error: StreamError,
  onMessage: (line: string) => void,
): FilmOutcome {
  if (error.code === "closed") throw error;
  onMessage(error.message);
  return { title, folder: null, state: "failed", movie: null, error: error.message };
}

/** Throws what is wrong for all. */
export function mayGoOn(error: unknown): StreamError {
  if (error instanceof StreamError && ofOneMovie.includes(error.code)) return error;
  throw error;
}

/** A file that was changed is another; what an address gives is taken for the same, as nobody is asked. */
function stampOf({ from }: MovieSource): string {
  if (from.kind !== "file") return "";
  const found = statSync(from.path, { throwIfNoEntry: false });
  return found === undefined ? "" : `${found.size} ${Math.round(found.mtimeMs)}`;
}

export function entryOf({ source: { title }, name, outcome }: Planned): IndexEntry {
  if (outcome === null) return { title, isComing: true };
  // Sentences may name files and addresses.
  if (outcome.movie === null) return { title, hasFailed: true };
  return { ...outcome.movie, title, master: `${encodeURIComponent(name)}/master.m3u8` };
}

export function stopped(): StreamError {
  return new StreamError("closed", "The film was stopped.");
}
