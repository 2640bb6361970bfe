/**
 * Owns when the process of a scene is started again after it fell. Pure: it is told the time.
 *
 * FA1 The first falls in a row are mended at once or soon; after six the scene is down, and tried ever more seldom, for ever.
 * FA2 A process that was well for ten seconds has a clean record, and so has one after something changed: a file was saved, or
 *     a host wants it started again.
 */

/** Milliseconds to wait after the first, second, … fall in a row. */
const DELAYS_MS: readonly number[] = [0, 250, 500, 1000, 2000];
/** The same once it is down. The last one is for all that follow. */
const DOWN_DELAYS_MS: readonly number[] = [30_000, 60_000, 120_000, 300_000];
const WELL_MS = 10_000;

export type RestartWait = { readonly waitMs: number; readonly isDown: boolean };

export class RestartPolicy {
  #falls = 0;

  /** The number of falls in a row, the last one included. */
  get attempt(): number {
    return this.#falls;
  }

  /** Forgets what fell: what falls next is another. */
  reset(): void {
    this.#falls = 0;
  }

  /** Notes a fall of a process that had worked for `wellMs`, 0 where it never did. Returns when to start the next one. */
  fell(wellMs: number): RestartWait {
    if (wellMs >= WELL_MS) this.reset();
    this.#falls += 1;
    const soon = DELAYS_MS[this.#falls - 1];
    if (soon !== undefined) return { waitMs: soon, isDown: false };
    const seldom = DOWN_DELAYS_MS[this.#falls - 1 - DELAYS_MS.length];
    return { waitMs: seldom ?? DOWN_DELAYS_MS.at(-1) ?? 0, isDown: true };
  }
}
