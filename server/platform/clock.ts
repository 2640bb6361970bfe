/** Owns what time is to the stages of a scene: the machine's, or one that is stepped. For any thread. */

import { type Milliseconds, now } from "../../shared/time.ts";

/** A time that passes, and what is to happen later by it. */
export type Clock = {
  /** Milliseconds since the epoch, never less than before. */
  now(): Milliseconds;
  /**
   * Calls once, when `delayMs` milliseconds have passed; with 0 as soon as what came in meanwhile was handled. Returns what
   * takes it back.
   */
  after(delayMs: number, call: () => void): () => void;
};

/** The machine's time. */
export const wallClock: Clock = {
  now,
  after(delayMs, call) {
    if (delayMs > 0) {
      const timer = setTimeout(call, delayMs);
      return () => clearTimeout(timer);
    }
    const immediate = setImmediate(call);
    return () => clearImmediate(immediate);
  },
};
