/**
 * Owns the processes that decode movies, and which of them does what. In the main process.
 *
 * YP1 There are never more than `maxDecoders` processes. One without work ends after a while, and one that takes too much memory as soon
 *     as it has nothing to do.
 * YP2 What is asked for twice is decoded once, and what nobody waits for any more is not decoded.
 * YP3 What brings a process down is tried twice more, since it may have been another's fault; then whoever asked is told. What else the
 *     process had to do another one does.
 */

import { StreamError } from "../../shared/errors.ts";
import { DecoderSlots, type MoviePoolConfig } from "./decoder-slots.ts";
import { FrameIndex } from "./frame-index.ts";
import { FrameQueue, type QueuedFrame } from "./frame-queue.ts";
import { DecoderLost, MovieMisled } from "./movie-decoder.ts";
import type { OpenedMovie } from "./movie-decoder-protocol.ts";
import { type FrameForm, formName } from "./movie-form.ts";
import type { MovieInfo } from "./movie-info.ts";

/** What is known of so many movies is kept, and of so many packets in all of them. */
const MAX_KNOWN = 64;
const MAX_KNOWN_PACKETS = 4_000_000;
/** So many frames wait at most, and so many of them for one who asks. */
const MAX_WAITING = 4096;
const MAX_WAITING_EACH = 512;
/** So many movies wait to be opened at most. */
const MAX_OPENING = 64;
/** So many processes may be lost by the same thing before it is given up. */
const MAX_FALLS = 2;
/** Who asks again for a movie that cannot be read is told the same for so long. */
const FAILED_MS = 10_000;

/** A state of a file: its key is another one when the file is. */
export type MovieFile = { readonly key: string; readonly path: string };

export type KnownMovie = { readonly info: MovieInfo; readonly index: FrameIndex };

type Known = { readonly movie: Promise<KnownMovie>; failedAt: number | null; packets: number };

export type FrameWish = {
  readonly movie: MovieFile;
  readonly frame: number;
  readonly form: FrameForm;
  /** Who asks, for a fair order. */
  readonly asker: string;
  readonly signal: AbortSignal;
};

type Waiter = { readonly resolve: (bytes: Uint8Array) => void; readonly reject: (error: unknown) => void };

type Task = QueuedFrame & {
  readonly name: string;
  readonly movie: MovieFile;
  readonly form: FrameForm;
  readonly waiters: Set<Waiter>;
  /** How many processes it brought down, or seemed to. */
  falls: number;
};

export class MoviePool {
  readonly #slots: DecoderSlots<Task>;
  readonly #queue = new FrameQueue<Task>();
  readonly #tasks = new Map<string, Task>();
  readonly #known = new Map<string, Known>();
  /** Movies whose containers say what is not so. */
  readonly #misled = new Set<string>();
  readonly #waiting = new Map<string, number>();
  #opening = 0;
  #closed = false;

  /** Starts no process before the first movie. The owner closes it. */
  constructor(config: MoviePoolConfig) {
    this.#slots = new DecoderSlots(config, {
      next: (place, others) => this.#queue.take(place, others),
      hasNew: (others) => this.#queue.hasNew(others),
      indexOf: async (task) => (await this.#known.get(task.movie.key)?.movie)?.index.plain ?? null,
      done: (task, bytes) => this.#settle(task, (waiter) => waiter.resolve(bytes)),
      failed: (task, error) => this.#fail(task, error),
    });
  }

  /** How many processes there are, and how many frames wait. */
  get counts(): { readonly decoders: number; readonly waiting: number } {
    return { decoders: this.#slots.count, waiting: this.#queue.size };
  }

  /** What there is to know of a movie. Rejects with `StreamError`: "input-failed" where it cannot be read, "too-fast", "closed". */
  async open(file: MovieFile): Promise<KnownMovie> {
    const known = this.#known.get(file.key);
    if (known !== undefined && performance.now() - (known.failedAt ?? Number.POSITIVE_INFINITY) <= FAILED_MS) {
      this.#known.delete(file.key);
      this.#known.set(file.key, known);
      return await known.movie;
    }
    if (this.#closed) throw new StreamError("closed", "The server is closing.");
    if (this.#opening >= MAX_OPENING) throw tooMuch();
    const entry: Known = { movie: this.#openAnew(file), failedAt: null, packets: 0 };
    this.#known.set(file.key, entry);
    entry.movie.then(
      ({ index }) => {
        entry.packets = index.packetCount;
        this.#forgetOldest(entry);
      },
      () => {
        entry.failedAt = performance.now();
      },
    );
    this.#forgetOldest(entry);
    return await entry.movie;
  }

  /** A frame of a movie, encoded. Rejects as `open` does, with `RangeError` where there is no such frame, and with the signal's reason. */
  async frame(wish: FrameWish): Promise<Uint8Array> {
    const { movie, frame, form, asker, signal } = wish;
    const { index } = await this.open(movie);
    signal.throwIfAborted();
    const group = `${movie.key} ${index.startOf(frame)}`;
    const name = `${movie.key} ${frame} ${formName(form)}`;
    const count = this.#waiting.get(asker) ?? 0;
    if (this.#closed) throw new StreamError("closed", "The server is closing.");
    if (count >= MAX_WAITING_EACH || this.#queue.size >= MAX_WAITING) throw tooMuch();
    this.#waiting.set(asker, count + 1);
    try {
      return await this.#wait(
        name,
        () => ({ name, group, frame, asker, movie, form, waiters: new Set(), falls: 0 }),
        signal,
      );
    } finally {
      const left = (this.#waiting.get(asker) ?? 1) - 1;
      if (left > 0) this.#waiting.set(asker, left);
      else this.#waiting.delete(asker);
    }
  }

  /** Ends all processes; who waits is told. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const task of this.#tasks.values()) {
      this.#queue.remove(task);
      this.#settle(task, (waiter) => waiter.reject(new StreamError("closed", "The server is closing.")));
    }
    await this.#slots.close();
  }

  /** YP2 */
  async #wait(name: string, make: () => Task, signal: AbortSignal): Promise<Uint8Array> {
    const known = this.#tasks.get(name);
    const task = known ?? make();
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const waiter: Waiter = { resolve, reject };
    task.waiters.add(waiter);
    if (known === undefined) {
      this.#tasks.set(name, task);
      this.#queue.add(task);
      this.#slots.wake();
    }
    const leave = (): void => {
      task.waiters.delete(waiter);
      // What is being decoded is of use for the cache.
      if (task.waiters.size === 0 && this.#queue.remove(task)) this.#tasks.delete(name);
      reject(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  #forgetOldest(newest: Known): void {
    let packets = [...this.#known.values()].reduce((sum, known) => sum + known.packets, 0);
    for (const [key, known] of this.#known) {
      const isFull = this.#known.size > MAX_KNOWN || packets > MAX_KNOWN_PACKETS;
      if (!isFull || known === newest) return;
      packets -= known.packets;
      this.#known.delete(key);
    }
  }

  async #openAnew({ key, path }: MovieFile): Promise<KnownMovie> {
    this.#opening += 1;
    try {
      const { info, index } = await this.#openTwice(key, path);
      return { info, index: new FrameIndex(index) };
    } finally {
      this.#opening -= 1;
    }
  }

  /** YP3 */
  async #openTwice(key: string, path: string): Promise<OpenedMovie> {
    for (let tries = 0; ; ) {
      try {
        return await this.#slots.open(key, path, this.#misled.has(key));
      } catch (error) {
        if (!(error instanceof DecoderLost)) throw error;
        if (error.isBlamed) tries += 1;
        if (tries > 1)
          throw new StreamError("input-failed", "The movie brings down what decodes it.", { cause: error });
      }
    }
  }

  #fail(task: Task, error: unknown): void {
    if (error instanceof DecoderLost && !this.#closed && !(error.isBlamed && task.falls >= MAX_FALLS)) {
      if (error.isBlamed) task.falls += 1;
      this.#queue.finished(task);
      if (task.waiters.size === 0) return void this.#tasks.delete(task.name);
      return this.#queue.add(task);
    }
    const told = this.#wordsFor(task, error);
    this.#settle(task, (waiter) => waiter.reject(told));
  }

  #wordsFor({ movie, frame }: Task, error: unknown): unknown {
    if (error instanceof DecoderLost) {
      return new StreamError("input-failed", `Frame ${frame} of the movie brings down what decodes it.`, {
        cause: error,
      });
    }
    if (!(error instanceof MovieMisled)) return error;
    if (this.#misled.size >= MAX_KNOWN) this.#misled.clear();
    this.#misled.add(movie.key);
    this.#known.delete(movie.key);
    return new StreamError("input-failed", "The movie does not have the frames that it says. Ask once more.");
  }

  #settle(task: Task, tell: (waiter: Waiter) => void): void {
    this.#queue.finished(task);
    this.#tasks.delete(task.name);
    for (const waiter of task.waiters) tell(waiter);
    task.waiters.clear();
  }
}

function tooMuch(): StreamError {
  return new StreamError("too-fast", "Too many frames of movies are being asked for. Try again in a second.");
}
