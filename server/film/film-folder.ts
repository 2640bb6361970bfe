/**
 * Owns the folder of a film: a folder for each movie that is whole, an index of all, and what is on its way. In the process that films.
 *
 * VF1 A movie has its folder when it is whole, and what was there before stays until then. What is on its way is in `.work`, which goes when
 *     nothing is left to go on with.
 * VF2 One process at a time. A folder that is not of a film is neither changed nor replaced.
 * VF3 What is written here may be published: no address, path or secret of a source is in it, only its digest.
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StreamError } from "../../shared/errors.ts";
import { diskWords } from "../platform/disk-words.ts";
import { isRunning } from "../platform/is-running.ts";
import { makeFolderSync } from "../platform/made-folder.ts";
import { writePrivateFile } from "../platform/private-file.ts";
import { textIn } from "../platform/small-file.ts";
import type { EncodedMovie } from "./encode-movie.ts";

/** What a finished movie's folder says of it. */
export type FilmedMovie = EncodedMovie & { readonly title: string };

type Note = FilmedMovie & { readonly source: string; readonly stamp: string; readonly settings: string };

/** What makes a movie the same as one that is there. */
export type MovieMark = { readonly key: string; readonly stamp: string; readonly settings: string };

/** An entry of the index. */
export type IndexEntry =
  | (FilmedMovie & { readonly master: string })
  | { readonly title: string; readonly hasFailed: true }
  | { readonly title: string; readonly isComing: true };

const NOTE = "movie.json";
const WORK = ".work";

export class FilmFolder {
  readonly path: string;
  readonly #notes = new Map<string, Note>();
  readonly #taken: Set<string>;

  /** Makes it where there is none, and takes it (VF2). Throws `StreamError` "output-failed". */
  constructor(path: string) {
    this.path = path;
    this.#guarded(() => makeFolderSync(join(path, WORK)));
    this.#takeLock();
    const names = readdirSync(path);
    this.#taken = new Set(names.map((name) => name.toLowerCase()));
    for (const name of names) {
      const note = noteIn(join(path, name, NOTE));
      if (note !== null) this.#notes.set(name, note);
    }
  }

  /** The folder's name and what is known of a movie that is there, made of the same in the same way. */
  find({ key, stamp, settings }: MovieMark): { readonly name: string; readonly movie: FilmedMovie } | null {
    const source = digestOf(key);
    for (const [name, note] of this.#notes) {
      const isSame = note.source === source && note.settings === settings;
      if (isSame && note.stamp === stamp) return { name, movie: movieOf(note) };
    }
    return null;
  }

  /** The name of the folder for a movie: that which it had, else one that is free. */
  nameFor(key: string, title: string): string {
    const source = digestOf(key);
    for (const [name, note] of this.#notes) if (note.source === source) return name;
    const plain = plainName(title);
    let name = plain;
    for (let count = 2; this.#taken.has(name.toLowerCase()); count += 1) name = `${plain}-${count}`;
    this.#taken.add(name.toLowerCase());
    return name;
  }

  /** Where a movie is on its way: its own folder, made where it is not there. */
  workFor(key: string): string {
    const path = join(this.path, WORK, digestOf(key).slice(0, 16));
    this.#guarded(() => makeFolderSync(path, 0o700));
    return path;
  }

  /** VF1: the movie in `encoded` is whole, and gets its name. */
  publish(encoded: string, name: string, { key, stamp, settings }: MovieMark, movie: FilmedMovie): void {
    const note: Note = { ...movie, source: digestOf(key), stamp: stamp, settings };
    const target = join(this.path, name);
    const old = join(this.path, WORK, `${name}.old`);
    this.#guarded(() => {
      writeFileSync(join(encoded, NOTE), `${JSON.stringify(note, null, 2)}\n`);
      rmSync(old, { recursive: true, force: true });
      if (this.#notes.has(name)) renameSync(target, old);
      renameSync(encoded, target);
      rmSync(old, { recursive: true, force: true });
    });
    this.#notes.set(name, note);
  }

  /** What is to be known of a job of a queue by the next run, if this one is killed; null for nothing. */
  get job(): string | null {
    return textIn(this.#job);
  }

  keepJob(text: string | null): void {
    this.#guarded(() => {
      if (text === null) rmSync(this.#job, { force: true });
      else writePrivateFile(this.#job, text);
    });
  }

  writeIndex(movies: readonly IndexEntry[]): void {
    const part = join(this.path, WORK, "index.json");
    this.#guarded(() => {
      writeFileSync(part, `${JSON.stringify({ movies }, null, 2)}\n`);
      renameSync(part, join(this.path, "index.json"));
    });
  }

  /** Lets another process have it. Idempotent. */
  close(): void {
    if (textIn(this.#lock) !== String(process.pid)) return;
    rmSync(this.#lock, { force: true });
    for (const name of readdirSync(join(this.path, WORK))) removeEmpty(join(this.path, WORK, name));
    removeEmpty(join(this.path, WORK));
  }

  [Symbol.dispose](): void {
    this.close();
  }

  get #lock(): string {
    return join(this.path, WORK, "process");
  }

  get #job(): string {
    return join(this.path, WORK, "job.json");
  }

  /** VF2 */
  #takeLock(): void {
    const pid = Number(textIn(this.#lock) ?? 0);
    if (pid > 0 && pid !== process.pid && isRunning(pid)) {
      throw new StreamError("output-failed", `The process ${pid} writes into ${this.path} at this moment.`);
    }
    this.#guarded(() => writeFileSync(this.#lock, String(process.pid)));
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw error instanceof StreamError ? error : diskWords(this.path, error);
    }
  }
}

const MAX_NAME = 60;
/** Names that Windows does not allow. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** A name that every file system takes, and that stands in an address as it is where its letters are plain. */
export function plainName(title: string): string {
  const name = [...title.normalize("NFC").replaceAll(/[^\p{L}\p{N}\p{M}._-]+/gu, "-")].slice(0, MAX_NAME).join("");
  const bare = name.replaceAll(/^[-._]+|[-._]+$/g, "");
  return bare === "" || reserved.test(bare.split(".")[0] ?? "") || bare === "index.json"
    ? `movie-${bare}`.replace(/-$/, "")
    : bare;
}

/** VF3 */
function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

function movieOf({ source: _, stamp: __, settings: ___, ...movie }: Note): FilmedMovie {
  return movie;
}

function noteIn(path: string): Note | null {
  try {
    const note = JSON.parse(readFileSync(path, "utf8")) as Partial<Note>;
    return typeof note.source === "string" && typeof note.settings === "string" ? (note as Note) : null;
  } catch {
    return null;
  }
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // There is something in it, to go on with.
  }
}
