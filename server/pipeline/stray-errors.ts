/**
 * Owns what becomes of errors that nothing caught, in the main thread of a scene's process.
 *
 * ER1 An error that a viewer brought about costs that viewer at most.
 * ER2 No number of them ends the process: the scene goes on, and what hangs is noticed by its pulse.
 * ER3 The log has ten of them in ten seconds, and says how many it left out.
 */

import { inspect } from "node:util";
import { type Milliseconds, now } from "../../shared/time.ts";
import { TokenBucket } from "../platform/token-bucket.ts";
import type { Culprit } from "../transport/culprit.ts";

const LINES_AT_ONCE = 10;
const LINES_PER_SECOND = 1;
const MAX_TEXT = 4_000;

export type StrayErrorsOptions = {
  /** Whom the error belongs to that is being handled; null where that is not known. */
  readonly culprit: () => Culprit | null;
  readonly log: (level: "debug" | "warn", text: string) => void;
  readonly clock?: () => Milliseconds;
};

export class StrayErrors {
  readonly #options: StrayErrorsOptions;
  readonly #bucket: TokenBucket;
  #missed = 0;

  constructor(options: StrayErrorsOptions) {
    this.#options = options;
    const { clock = now } = options;
    this.#bucket = new TokenBucket({ clock, perSecond: LINES_PER_SECOND, burst: LINES_AT_ONCE });
  }

  /** Never throws, whatever was thrown. */
  handle(error: unknown): void {
    const culprit = this.#options.culprit();
    culprit?.handleStray(error);
    if (!this.#bucket.take()) {
      this.#missed += 1;
      return;
    }
    const missed = this.#missed === 0 ? "" : ` (${this.#missed} more since the last of these lines)`;
    this.#missed = 0;
    if (culprit === null) return this.#options.log("warn", `An error that nothing caught${missed}: ${textOf(error)}`);
    this.#options.log("debug", `An error of a viewer's connection${missed}: ${textOf(error)}`);
  }
}

function textOf(error: unknown): string {
  try {
    const text = error instanceof Error ? (error.stack ?? error.message) : inspect(error, { depth: 1 });
    return String(text).slice(0, MAX_TEXT);
  } catch {
    return "something unprintable";
  }
}
