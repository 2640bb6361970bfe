/**
 * Owns the folder of one track of a movie: its header, its segments, and a journal of those that are whole. In the process that encodes.
 *
 * TJ1 A segment is in the journal after it is on the disk under its name, so what the journal says is there and whole.
 * TJ2 A journal is believed as far as its lines are whole and the files that they name have the sizes that they say.
 */

import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { diskWords } from "../../../platform/disk-words.ts";
import { makeFolderSync } from "../../../platform/made-folder.ts";
import { textIn, writeSmallFile } from "../../../platform/small-file.ts";

/** A segment that is whole: its times are in ticks of its track. */
export type WrittenSegment = {
  readonly start: number;
  /** Where the next one begins. */
  readonly end: number;
  readonly bytes: number;
  /** Packets in it. */
  readonly count: number;
};

/** What is there already does not fit what would follow. */
export class CannotGoOn extends Error {
  override readonly name = "CannotGoOn";
}

const HEADER = "header.mp4";
const JOURNAL = "journal";

/** The names of files, for playlists. */
export const headerName: string = HEADER;

export function segmentName(at: number): string {
  return `${String(at).padStart(5, "0")}.m4s`;
}

export class TrackFolder {
  readonly path: string;
  #segments: readonly WrittenSegment[];

  /** Makes the folder where there is none, and reads its journal. Throws `StreamError` "output-failed". */
  constructor(path: string) {
    this.path = path;
    this.#guarded(() => makeFolderSync(path));
    this.#segments = this.#readJournal();
  }

  get segments(): readonly WrittenSegment[] {
    return this.#segments;
  }

  /** Keeps the first `count` alone. */
  keep(count: number): void {
    this.#guarded(() => {
      this.#segments = this.#segments.slice(0, count);
      writeFileSync(this.#at(JOURNAL), this.#segments.map(lineOf).join(""));
      const kept = new Set([JOURNAL, HEADER, ...this.#segments.map((_, at) => segmentName(at))]);
      for (const name of readdirSync(this.path)) if (!kept.has(name)) rmSync(this.#at(name), { force: true });
    });
  }

  /** Throws `CannotGoOn` where another header is there already: what follows it does not fit this one. */
  writeHeader(bytes: Uint8Array): void {
    if (this.#segments.length === 0) return this.#write(HEADER, bytes);
    if (readIfThere(this.#at(HEADER))?.equals(bytes) !== true) throw new CannotGoOn();
  }

  /** TJ1 */
  add(bytes: Uint8Array, segment: Omit<WrittenSegment, "bytes">): void {
    const whole = { ...segment, bytes: bytes.length };
    this.#write(segmentName(this.#segments.length), bytes);
    this.#guarded(() => appendFileSync(this.#at(JOURNAL), lineOf(whole)));
    this.#segments = [...this.#segments, whole];
  }

  /** The track is whole: what is left is for players. */
  finish(playlist: string): void {
    this.#write("playlist.m3u8", Buffer.from(playlist));
    rmSync(this.#at(JOURNAL), { force: true });
  }

  /** TJ2 */
  #readJournal(): readonly WrittenSegment[] {
    const text = textIn(this.#at(JOURNAL)) ?? "";
    const segments: WrittenSegment[] = [];
    for (const line of text.split("\n").slice(0, -1)) {
      const segment = segmentIn(line);
      const size = statSync(this.#at(segmentName(segments.length)), { throwIfNoEntry: false })?.size;
      if (segment === null || size !== segment.bytes) break;
      segments.push(segment);
    }
    return segments;
  }

  #write(name: string, bytes: Uint8Array): void {
    this.#guarded(() => writeSmallFile(this.#at(name), bytes));
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw diskWords(this.path, error);
    }
  }

  #at(name: string): string {
    return join(this.path, name);
  }
}

function lineOf({ start, end, bytes, count }: WrittenSegment): string {
  return `${JSON.stringify([start, end, bytes, count])}\n`;
}

function segmentIn(line: string): WrittenSegment | null {
  const numbers = /^\[(-?\d+),(-?\d+),(\d+),(\d+)\]$/.exec(line)?.slice(1).map(Number);
  const [start, end, bytes, count] = numbers ?? [];
  if (start === undefined || end === undefined || bytes === undefined || count === undefined) return null;
  return { start, end, bytes, count };
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
