/** Owns showing how far something is: a bar that stays in its line on a terminal, plain lines, and few of them, elsewhere. */

const BAR_LENGTH = 30;
/** Elsewhere a line comes at each tenth of it; where its length is not known, after so many seconds of it. */
const LINE_SECONDS = 10;

export type ProgressStream = { readonly isTTY?: boolean; write(text: string): unknown };

export class Progress {
  readonly #stream: ProgressStream;
  readonly #seconds: number | null;
  #told = 0;
  #width = 0;

  /** `seconds` is how long it will be; null where nobody knows. */
  constructor(stream: ProgressStream, seconds: number | null) {
    this.#stream = stream;
    this.#seconds = seconds;
  }

  /** So many seconds of it are done; `more` is what else there is to say. */
  show(done: number, more: string): void {
    const of = this.#seconds === null ? " s" : ` of ${Math.round(10 * this.#seconds) / 10} s`;
    const words = `${done.toFixed(1)}${of}, ${more}`;
    if (this.#stream.isTTY === true) return this.#draw(done, words);
    const step = Math.floor(this.#seconds === null ? done / LINE_SECONDS : (10 * done) / this.#seconds);
    if (step <= this.#told) return;
    this.#told = step;
    this.#stream.write(`${words}\n`);
  }

  /** Leaves the line to what follows. */
  end(): void {
    if (this.#width > 0) this.#stream.write(`\r${" ".repeat(this.#width)}\r`);
    this.#width = 0;
  }

  #draw(done: number, words: string): void {
    const part = this.#seconds === null ? null : Math.min(1, done / this.#seconds);
    const line = part === null ? words : `${bar(part)} ${words}`;
    // What was longer is written over.
    this.#stream.write(`\r${line.padEnd(this.#width)}`);
    this.#width = line.length;
  }
}

/** A bar that is full up to this part of it. */
export function bar(part: number, length: number = BAR_LENGTH): string {
  const full = Math.round(Math.max(0, Math.min(1, part)) * length);
  return `[${"=".repeat(full)}${" ".repeat(length - full)}]`;
}
