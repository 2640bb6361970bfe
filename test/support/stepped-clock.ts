/** Owns a time that passes only when a test says so, with what is to happen later by it. */

import type { Clock } from "../../server/platform/clock.ts";
import { type Milliseconds, milliseconds } from "../../shared/time.ts";

type Task = { readonly at: number; readonly order: number; readonly call: () => void };

export class SteppedClock implements Clock {
  readonly #tasks = new Set<Task>();
  #now = 0;
  #order = 0;

  now(): Milliseconds {
    return milliseconds(this.#now);
  }

  after(delayMs: number, call: () => void): () => void {
    this.#order += 1;
    const task = { at: this.#now + Math.max(0, delayMs), order: this.#order, call };
    this.#tasks.add(task);
    return () => void this.#tasks.delete(task);
  }

  /** Lets time pass as work does that takes so long: what falls due meanwhile waits. */
  work(ms: number): void {
    this.#now += ms;
  }

  /** Lets time pass, and all happen that falls due in it, in its order; what that awaits is awaited. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#tasks.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = Math.max(this.#now, until);
  }

  #next(until: number): Task | undefined {
    const due = [...this.#tasks].filter(({ at }) => at <= until && this.#now <= until);
    return due.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}
