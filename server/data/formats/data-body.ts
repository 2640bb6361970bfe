/** Owns the bytes of a value as they come: lets their head be looked at, and hands them on as they are or in one piece. In the main process. */

import type { DataFormat } from "./data-format.ts";

/** What comes, and what is said of it. */
export type DataBody = {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Whether nobody else has the chunks, so that their memory may be taken from them once they are used. Default false. */
  readonly isGivenAway?: boolean;
  /** Null where it is not known before. */
  readonly byteLength: number | null;
  /** Default: told from the first bytes. */
  readonly format?: DataFormat | null;
  /** The type of the elements; of raw ones that which is declared by default, of others their own. */
  readonly type?: string | undefined;
  /** The shape; one dimension may be null, which then follows from the length. */
  readonly shape?: readonly (number | null)[] | undefined;
  /** The columns of a table, in this order. Default all. */
  readonly columns?: readonly string[] | undefined;
  /** Called when all of it is handed over: the next one may come, though what became of this is not known yet. */
  readonly handed?: (() => void) | undefined;
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
};

export class BodyReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #isGivenAway: boolean;
  #head: Uint8Array = new Uint8Array(0);
  #isOver = false;

  constructor({ chunks, isGivenAway = false }: Pick<DataBody, "chunks" | "isGivenAway">) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#isGivenAway = isGivenAway;
  }

  /** The first bytes of what is left, at least so many of them or all that there are. They are still to come. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#head.byteLength < count) {
      const chunk = await this.#next();
      if (chunk === null) break;
      this.#head = this.#head.byteLength === 0 ? chunk : joined([this.#head, chunk]);
    }
    return this.#head;
  }

  /** Drops bytes that were looked at. */
  skip(count: number): void {
    this.#head = this.#head.subarray(count);
  }

  /** What is left, in the pieces in which it comes. */
  async *rest(): AsyncGenerator<Uint8Array> {
    if (this.#head.byteLength > 0) yield this.#head;
    for (let chunk = await this.#next(); chunk !== null; chunk = await this.#next()) yield chunk;
  }

  /** Nobody reads a chunk any more that `rest` gave. */
  done(chunk: Uint8Array): void {
    if (this.#isGivenAway) free(chunk);
  }

  /** What is left as one piece. Rejects with `TypeError` where it is more than `max` bytes. */
  async whole(name: string, max: number): Promise<ArrayBuffer> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of this.rest()) {
      length += chunk.byteLength;
      if (length > max) throw new TypeError(`${name} must be at most ${max} bytes, and more came.`);
      chunks.push(chunk);
    }
    return joined(chunks).buffer;
  }

  /** The same where its length is known, which takes half of the memory. Rejects with `TypeError` where it is not that. */
  async exactly(name: string, count: number): Promise<ArrayBuffer> {
    const bytes = new Uint8Array(count);
    let at = 0;
    for await (const chunk of this.rest()) {
      if (at + chunk.byteLength > count) throw new TypeError(`${name} must be ${count} bytes, and more came.`);
      bytes.set(chunk, at);
      at += chunk.byteLength;
      this.done(chunk);
    }
    if (at < count) throw new TypeError(`${name} must be ${count} bytes, and only ${at} came.`);
    return bytes.buffer;
  }

  async #next(): Promise<Uint8Array | null> {
    if (this.#isOver) return null;
    const { value, done = false } = await this.#chunks.next();
    this.#isOver = done;
    return done ? null : value;
  }
}

/**
 * Gives the memory of a chunk back at once. Garbage collection would after some 64 MiB, and then look through all that the process has:
 * that took more than all else of an upload together.
 */
function free({ buffer, byteLength }: Uint8Array): void {
  if (byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}
