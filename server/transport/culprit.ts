/**
 * Owns whom an error belongs to that nothing caught, in the scene's process. werift works in callbacks of sockets, in timers and
 * in promises that nobody waits for, so what a viewer's packets make it throw reaches no caller. Node keeps a store with all of
 * these (AsyncLocalStorage), and gives it back where such an error is noticed at last.
 */

import { AsyncLocalStorage } from "node:async_hooks";

/** Who pays for what is thrown in its name. */
export type Culprit = {
  /** Something was thrown that nothing caught. Never throws. */
  handleStray(error: unknown): void;
};

const culprits = new AsyncLocalStorage<Culprit>();

/** Does `work`, and all that it leaves behind, in the name of `culprit`. */
export function chargedTo<Result>(culprit: Culprit, work: () => Result): Result {
  return culprits.run(culprit, work);
}

/** Does `work` in nobody's name: what belongs to all of the scene, though a viewer's packet brought it about. */
export function uncharged<Result>(work: () => Result): Result {
  return culprits.exit(work);
}

/** Whom an error belongs to that is being handled as an uncaught one; null where that is not known. */
export function currentCulprit(): Culprit | null {
  return culprits.getStore() ?? null;
}
