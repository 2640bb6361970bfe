/** Owns whose turn it is: of those who want the same, one at a time, in the order in which they came. Of any thread. */

import { Queue } from "../platform/queue.ts";

type Waiter = { isGone: boolean; begin(): void };

export class Turns {
  readonly #queues = new Map<string, Queue<Waiter>>();

  /** How many wait for a name, besides the one whose turn it is. */
  waiting(name: string): number {
    return this.#queues.get(name)?.length ?? 0;
  }

  /** Resolves when it is the caller's turn, with what ends it; that is idempotent. Rejects with the signal's reason. */
  take(name: string, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    const queue = this.#queues.get(name);
    if (queue === undefined) {
      this.#queues.set(name, new Queue());
      return Promise.resolve(this.#turn(name));
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiter.isGone = true;
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        isGone: false,
        begin: () => {
          signal?.removeEventListener("abort", leave);
          resolve(this.#turn(name));
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      queue.push(waiter);
    });
  }

  #turn(name: string): () => void {
    let isOver = false;
    return () => {
      if (!isOver) this.#next(name);
      isOver = true;
    };
  }

  #next(name: string): void {
    const queue = this.#queues.get(name);
    for (let next = queue?.take(); next !== undefined; next = queue?.take()) if (!next.isGone) return next.begin();
    this.#queues.delete(name);
  }
}
