/** Owns a time that passes only when somebody says so, with what is to happen later by it: for replays and tests. For any thread. */

import { type Milliseconds, milliseconds, now } from "../../shared/time.ts";
import { type Clock, wallClock } from "./clock.ts";

type Task = { readonly at: number; readonly order: number; readonly call: () => void; cancel: (() => void) | null };

export class SteppedClock implements Clock {
  readonly #settled: () => Promise<void>;
  readonly #tasks = new Set<Task>();
  #now: number;
  #order = 0;
  /** How far ahead of the machine's time it runs; null while it is stepped. */
  #aheadMs: number | null = null;

  /** `settled` resolves when what a call began is done. */
  constructor({ start = 0, settled = async () => undefined }: { start?: number; settled?: () => Promise<void> } = {}) {
    this.#now = start;
    this.#settled = settled;
  }

  get isStepped(): boolean {
    return this.#aheadMs === null;
  }

  now(): Milliseconds {
    return milliseconds(this.#aheadMs === null ? this.#now : now() + this.#aheadMs);
  }

  /** When the next of what waits is due; null where nothing waits. */
  get nextDue(): number | null {
    return this.#next(Number.POSITIVE_INFINITY)?.at ?? null;
  }

  after(delayMs: number, call: () => void): () => void {
    if (!this.isStepped) return wallClock.after(delayMs, call);
    this.#order += 1;
    const task: Task = { at: this.#now + Math.max(0, delayMs), order: this.#order, call, cancel: null };
    this.#tasks.add(task);
    return () => {
      this.#tasks.delete(task);
      task.cancel?.();
    };
  }

  /** Lets time pass as work does that takes so long: what falls due meanwhile waits. */
  work(ms: number): void {
    this.#now += ms;
  }

  /** Lets time pass, and all happen that falls due in it, in its order; what that awaits is awaited. */
  pass(ms: number): Promise<void> {
    return this.passTo(this.#now + ms);
  }

  /** The same up to a point of time. */
  async passTo(until: number): Promise<void> {
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#tasks.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
      await this.#settled();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = Math.max(this.#now, until);
  }

  /** From now on it passes as the machine's time does. */
  run(): void {
    this.#aheadMs = this.#now - now();
    for (const task of this.#tasks) task.cancel = wallClock.after(task.at - this.#now, task.call);
    this.#tasks.clear();
  }

  #next(until: number): Task | undefined {
    const due = [...this.#tasks].filter(({ at }) => at <= until && this.#now <= until);
    return due.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}
