/** Owns the line in which a film shows how far it is: what is downloaded and what is encoded, side by side. */

import type { FilmProgress } from "../film/film-progress.ts";
import { bytesWords } from "./bytes-words.ts";
import { bar, type ProgressStream } from "./progress.ts";

/** How often it is written, in place and in lines of its own. */
const IN_PLACE_MS = 200;
const LINES_MS = 10_000;
const BAR = 14;
const TITLE = 18;

export class FilmLine {
  readonly #stream: ProgressStream;
  readonly #clock: () => number;
  #shownAt = Number.NEGATIVE_INFINITY;
  #isOpen = false;

  constructor(stream: ProgressStream, clock: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#clock = clock;
  }

  show(progress: FilmProgress): void {
    const isTerminal = this.#stream.isTTY === true;
    const now = this.#clock();
    if (now - this.#shownAt < (isTerminal ? IN_PLACE_MS : LINES_MS)) return;
    this.#shownAt = now;
    const text = filmText(progress);
    if (!isTerminal) return void this.#stream.write(`${text}\n`);
    // Back to the first column, and away with what is behind.
    this.#stream.write(`\r${text}\u001b[K`);
    this.#isOpen = true;
  }

  /** Says a sentence above it. */
  say(text: string): void {
    this.#stream.write(`${this.#isOpen ? "\r\u001b[K" : ""}${text}\n`);
    this.#isOpen = false;
  }

  /** Nothing follows. */
  end(): void {
    if (this.#isOpen) this.#stream.write("\r\u001b[K");
    this.#isOpen = false;
  }
}

/** How far it is, in a line: movies, the download's bar, the encoding's bar. */
export function filmText({ movies, download, encode, queue }: FilmProgress): string {
  const failed = movies.failed > 0 ? ` (${movies.failed} failed)` : "";
  const count = `${movies.done + movies.failed} of ${movies.total}${failed}`;
  if (queue !== null) return `${count}  queue ${bar(queue.part, BAR)} ${queue.running} at work`;
  const loading =
    download === null
      ? ["download", bar(0, BAR), "nothing"]
      : [
          "download",
          bar(partOf(download.bytes, download.ofBytes), BAR),
          shortTitle(download.title),
          `${bytesWords(download.bytesPerSecond)}/s`,
        ];
  const encoding =
    encode === null
      ? ["encode", bar(0, BAR), "nothing"]
      : [
          "encode",
          bar(partOf(encode.seconds, encode.ofSeconds), BAR),
          shortTitle(encode.title),
          `${encode.speed.toFixed(1)}x`,
        ];
  return `${count}  ${loading.join(" ")}  ${encoding.join(" ")}`;
}

function partOf(done: number, all: number | null): number {
  return all === null || all <= 0 ? 0 : done / all;
}

function shortTitle(title: string): string {
  const letters = [...title];
  return letters.length <= TITLE
    ? title
    : `${letters
        .slice(0, TITLE - 1)
        .join("")
        .trimEnd()}…`;
}
