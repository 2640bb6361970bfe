/** Owns the line in which a long command says how far it is: in place on a terminal, else lines of their own now and then. */

import type { ProgressStream } from "./progress.ts";

/** How often it is written, in place and in lines of its own. */
const IN_PLACE_MS = 200;
const LINES_MS = 10_000;
const ERASE = "\r\u001b[K";

export class ProgressLine {
  readonly #stream: ProgressStream;
  readonly #clock: () => number;
  #shownAt = Number.NEGATIVE_INFINITY;
  #isOpen = false;

  constructor(stream: ProgressStream, clock: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#clock = clock;
  }

  /** `text` is asked for when its turn has come; where `isWhole`, it is written at any time. */
  show(text: () => string, isWhole = false): void {
    const isTerminal = this.#stream.isTTY === true;
    const now = this.#clock();
    if (!isWhole && now - this.#shownAt < (isTerminal ? IN_PLACE_MS : LINES_MS)) return;
    this.#shownAt = now;
    if (!isTerminal) return void this.#stream.write(`${text()}\n`);
    // Back to the first column, and away with what is behind.
    this.#stream.write(`\r${text()}\u001b[K`);
    this.#isOpen = true;
  }

  /** Says a sentence above it. */
  say(sentence: string): void {
    this.#stream.write(`${this.#isOpen ? ERASE : ""}${sentence}\n`);
    this.#isOpen = false;
  }

  /** Nothing follows: what it says last stays. */
  end(): void {
    if (this.#isOpen) this.#stream.write("\n");
    this.#isOpen = false;
  }

  /** Leaves the line to what follows. */
  clear(): void {
    if (this.#isOpen) this.#stream.write(ERASE);
    this.#isOpen = false;
  }
}
