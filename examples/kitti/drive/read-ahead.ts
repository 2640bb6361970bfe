/**
 * Owns reading what is shown soon before it is shown. Whoever shows says what it wants, the most urgent first; nothing else is kept, so
 * memory is bounded by the length of that list and by what is on its way. In the render thread; what reads works on others.
 */

export type ReadAheadOptions<Value> = {
  /** Reads what has a number. */
  readonly read: (number: number) => Promise<Value>;
  /** Told when something was read, or could not be. */
  readonly onRead: () => void;
  /** Frees a value that is wanted no more. */
  readonly release?: (value: Value) => void;
  /** How many are read at once. Default 2. */
  readonly atOnce?: number;
};

type Entry<Value> =
  | { readonly state: "reading" }
  | { readonly state: "there"; readonly value: Value }
  | { readonly state: "failed"; readonly error: Error };

export class ReadAhead<Value> {
  readonly #options: ReadAheadOptions<Value>;
  readonly #entries = new Map<number, Entry<Value>>();
  #wanted: readonly number[] = [];
  #reading = 0;

  constructor(options: ReadAheadOptions<Value>) {
    this.#options = options;
  }

  /** How many values are kept. */
  get size(): number {
    return this.#entries.size;
  }

  /** Keeps these and reads what of them is not there, in this order. */
  want(numbers: readonly number[]): void {
    this.#wanted = numbers;
    for (const [number, entry] of this.#entries) {
      if (entry.state === "reading" || numbers.includes(number)) continue;
      this.#entries.delete(number);
      if (entry.state === "there") this.#options.release?.(entry.value);
    }
    this.#readNext();
  }

  /** The value; null while it is read. Throws what reading it threw. */
  get(number: number): Value | null {
    const entry = this.#entries.get(number);
    if (entry?.state === "failed") throw entry.error;
    return entry?.state === "there" ? entry.value : null;
  }

  #readNext(): void {
    for (const number of this.#wanted) {
      if (this.#reading >= (this.#options.atOnce ?? 2)) return;
      if (!this.#entries.has(number)) void this.#read(number);
    }
  }

  async #read(number: number): Promise<void> {
    this.#reading += 1;
    this.#entries.set(number, { state: "reading" });
    const entry = await this.#options.read(number).then(
      (value): Entry<Value> => ({ state: "there", value }),
      (error: unknown): Entry<Value> => ({
        state: "failed",
        error: error instanceof Error ? error : new Error(String(error)),
      }),
    );
    this.#reading -= 1;
    if (this.#wanted.includes(number)) this.#entries.set(number, entry);
    else {
      this.#entries.delete(number);
      if (entry.state === "there") this.#options.release?.(entry.value);
    }
    this.#readNext();
    this.#options.onRead();
  }
}
