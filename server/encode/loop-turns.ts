/**
 * Owns when a thread that blocks on the frame ring lets Node clean up, in that thread. What belongs to an object of a native library is
 * freed in a turn of the event loop, after the object was collected. Without turns these pieces stay, lie between the pictures of
 * encoders that were closed long ago, and keep their memory from being used again.
 */

import { setImmediate as nextTurn } from "node:timers/promises";

/** Often enough for what viewers do to a picture's size; a turn takes some hundredths of a millisecond. */
const PAUSE_MS = 1000;

export class LoopTurns {
  #takenAt: number = performance.now();

  /** Whether the thread has blocked for so long that a turn is due. */
  get isDue(): boolean {
    return performance.now() - this.#takenAt >= PAUSE_MS;
  }

  /** Resolves in the next turn of the event loop. */
  async take(): Promise<void> {
    await nextTurn();
    this.#takenAt = performance.now();
  }
}
