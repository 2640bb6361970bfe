/**
 * Owns what is said of a scene that is being started, in the main thread of the scene's process: how long it takes, how much is
 * loaded, and from when on it looks as if it would never end. It hears from the render thread as long as that is not kept busy.
 */

import type { FromRenderThread, StartReport } from "../render-protocol.ts";

type Starting = Extract<FromRenderThread, { readonly kind: "starting" }>;

const EVERY_MS = 1000;
const LATE_MS = 10_000;
/** So long without a word from the thread is a loop or a long computation. */
const SILENT_MS = 3_000;

export class StartProgress {
  readonly #told: (report: StartReport) => void;
  readonly #clock: () => number;
  readonly #timer: NodeJS.Timeout;
  #newest: Starting | null = null;
  #heardAt = 0;
  #since = 0;

  /** `told` is called once a second from the first word of the thread until `close`. */
  constructor(told: (report: StartReport) => void, clock: () => number = () => performance.now()) {
    this.#told = told;
    this.#clock = clock;
    this.#timer = setInterval(() => this.tell(), EVERY_MS);
  }

  handle(message: Starting): void {
    this.#heardAt = this.#clock();
    if (this.#newest?.step !== message.step) this.#since = this.#heardAt;
    this.#newest = message;
  }

  /** Says how it is now; nothing in the first second. */
  tell(): void {
    if (this.#newest === null) return;
    const now = this.#clock();
    const seconds = Math.round((now - this.#since) / 1000);
    if (seconds < 1) return;
    const isLate = now - this.#since >= LATE_MS;
    const isBusy = now - this.#heardAt >= SILENT_MS;
    this.#told({ sentence: sentenceOf(this.#newest, seconds, isLate, isBusy), isLate, isBusy });
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

function sentenceOf(
  { step, loaded, total, item }: Starting,
  seconds: number,
  isLate: boolean,
  isBusy: boolean,
): string {
  const what = step === "load" ? "The scene's modules have been loading" : "The scene's setup() has been running";
  const isLoading = total > loaded;
  const newest = item === null ? "" : ` (asked for last: ${item})`;
  const files = isLoading ? `; ${loaded} of ${total} files have loaded${newest}` : "";
  const first = `${what} for ${seconds === 1 ? "1 second" : `${seconds} seconds`}${files}.`;
  if (!isLate) return first;
  if (isBusy) return `${first} It keeps its thread busy: a loop that never ends, or a long computation.`;
  return isLoading ? first : `${first} It waits for something that may never come, such as a promise.`;
}
