/** Owns who waits for more of a stream: so many at most, and nobody for ever. In the main process. */

import { StreamError } from "../../shared/errors.ts";

const MAX_WAITING = 20_000;

type Waiting = {
  readonly isThere: () => boolean;
  readonly done: (isThere: boolean) => void;
  readonly timer: NodeJS.Timeout;
};

export class Waiters {
  readonly #all = new Set<Waiting>();

  get count(): number {
    return this.#all.size;
  }

  /**
   * Calls `done` when it is there, and says whether it is: at once where it is by now, after `maxMs` at the latest. Returns what takes it
   * off. Throws `StreamError` "too-fast" where too many wait.
   */
  add(isThere: () => boolean, maxMs: number, done: (isThere: boolean) => void): () => void {
    if (isThere()) {
      done(true);
      return () => undefined;
    }
    if (this.#all.size >= MAX_WAITING) throw new StreamError("too-fast", "Too many wait for this stream.");
    const timer = setTimeout(() => this.#end(waiting, false), maxMs);
    const waiting: Waiting = { isThere, done, timer };
    this.#all.add(waiting);
    return () => {
      this.#all.delete(waiting);
      clearTimeout(timer);
    };
  }

  /** There is more: answers those who waited for it. */
  answer(): void {
    for (const waiting of [...this.#all]) if (waiting.isThere()) this.#end(waiting, true);
  }

  /** There will be nothing. */
  answerAll(): void {
    for (const waiting of [...this.#all]) this.#end(waiting, false);
  }

  #end(waiting: Waiting, isThere: boolean): void {
    if (!this.#all.delete(waiting)) return;
    clearTimeout(waiting.timer);
    waiting.done(isThere);
  }
}
