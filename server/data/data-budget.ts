/** Owns how many bytes the files of a room's data may have in all, and who waits until there is room for theirs. In the main process. */

import { StreamError } from "../../shared/errors.ts";
import { formatSize } from "../../shared/sizes.ts";

/** How long anybody waits for room. */
const WAIT_MS = 10_000;

type Waiter = { readonly bytes: number; begin(): void };

export class DataBudget {
  readonly max: number;
  readonly #waitMs: number;
  #used = 0;
  #waiting: Waiter[] = [];

  /** `waitMs`: how long anybody waits for room. */
  constructor(max: number, waitMs: number = WAIT_MS) {
    this.max = max;
    this.#waitMs = waitMs;
  }

  get used(): number {
    return this.#used;
  }

  /** Takes bytes where there are so many. */
  tryTake(bytes: number): boolean {
    if (this.#used + bytes > this.max) return false;
    this.#used += bytes;
    return true;
  }

  /**
   * Takes bytes as soon as there are so many. Rejects with the signal's reason, and with `StreamError` "data-too-large" where there are
   * not in ten seconds, or never will be: `staying` are the bytes of what stays however long one waits.
   */
  take(bytes: number, staying: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (bytes + staying > this.max) return Promise.reject(this.tooLarge(bytes, staying));
    if (this.#waiting.length === 0 && this.tryTake(bytes)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        bytes,
        begin: () => {
          end();
          resolve();
        },
      };
      const end = (): void => {
        clearTimeout(late);
        signal.removeEventListener("abort", leave);
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
      };
      const giveUp = (why: unknown): void => {
        end();
        reject(why);
        this.#serve();
      };
      const leave = (): void => giveUp(signal.reason);
      const late = setTimeout(() => giveUp(this.tooLarge(bytes, this.#used)), this.#waitMs);
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(waiter);
    });
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.#used -= bytes;
    this.#serve();
  }

  tooLarge(bytes: number, staying: number): StreamError {
    const there = staying === 0 ? "" : `, of which ${formatSize(staying)} are taken`;
    const sentence = `${formatSize(bytes)} are more than the room may hold: ${formatSize(this.max)}${there}.`;
    return new StreamError("data-too-large", `${sentence} The limit is data.maxBytes, or --max-data.`);
  }

  #serve(): void {
    for (let [first] = this.#waiting; first !== undefined && this.tryTake(first.bytes); [first] = this.#waiting) {
      first.begin();
    }
  }
}
