/** Owns how far a film is, its downloads and its encoding, and how fast both go. Pure but for its clock. */

import type { DownloadProgress } from "./download-movie.ts";
import type { EncodeProgress } from "./encode-movie.ts";

/** How a film goes. */
export type FilmProgress = {
  /** Movies in all; of them those that are whole, earlier runs included, and those that failed. */
  readonly movies: { readonly total: number; readonly done: number; readonly failed: number };
  /** What is downloaded at this moment, its bytes, and bytes a second; null where nothing is. */
  readonly download: (DownloadProgress & { readonly title: string; readonly bytesPerSecond: number }) | null;
  /** What is encoded at this moment, and seconds of it a second; null where nothing is. */
  readonly encode: (EncodeProgress & { readonly title: string; readonly speed: number }) | null;
  /** What was sent to a queue: movies that workers are at, and how far all of it is, from 0 to 1. Null without a queue, and before. */
  readonly queue: { readonly running: number; readonly part: number } | null;
};

/** Of one thing after another: how much a second since it began. */
class Rate {
  #at = 0;
  #from: number | null = null;

  /** It begins with the first amount, as some may have been there. */
  begin(): void {
    this.#from = null;
  }

  of(amount: number, now: number): number {
    if (this.#from === null) {
      this.#from = amount;
      this.#at = now;
    }
    const seconds = (now - this.#at) / 1000;
    return seconds > 0 ? (amount - this.#from) / seconds : 0;
  }
}

export class FilmProgressMeter {
  readonly #clock: () => number;
  readonly #total: number;
  readonly #rates = { download: new Rate(), encode: new Rate() };
  #done: number;
  #failed = 0;
  #download: FilmProgress["download"] = null;
  #encode: FilmProgress["encode"] = null;
  #queue: FilmProgress["queue"] = null;

  /** `done` is what was there already. */
  constructor(total: number, done: number, clock: () => number = () => performance.now()) {
    this.#total = total;
    this.#done = done;
    this.#clock = clock;
  }

  noteDownload(title: string, progress: DownloadProgress | null): void {
    if (progress === null || this.#download?.title !== title) this.#rates.download.begin();
    const bytesPerSecond = progress === null ? 0 : this.#rates.download.of(progress.bytes, this.#clock());
    this.#download = progress === null ? null : { title, ...progress, bytesPerSecond };
  }

  noteEncode(title: string, progress: EncodeProgress | null): void {
    if (progress === null || this.#encode?.title !== title) this.#rates.encode.begin();
    const speed = progress === null ? 0 : this.#rates.encode.of(progress.seconds, this.#clock());
    this.#encode = progress === null ? null : { title, ...progress, speed };
  }

  noteQueue(queue: FilmProgress["queue"]): void {
    this.#queue = queue;
  }

  noteEnd(isDone: boolean): void {
    if (isDone) this.#done += 1;
    else this.#failed += 1;
  }

  get report(): FilmProgress {
    const movies = { total: this.#total, done: this.#done, failed: this.#failed };
    return { movies, download: this.#download, encode: this.#encode, queue: this.#queue };
  }
}
