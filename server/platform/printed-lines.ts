/**
 * Owns the lines that a process of a scene, or a native library in it, prints, in the process that started it: bounded, whatever
 * comes and however fast, as it may be hundreds of megabytes without a line break.
 *
 * OL1 A line is at most `MAX_LINE` characters; the rest of a longer one is thrown away as it comes.
 * OL2 What is more than `LINES_PER_SECOND` in the long run is thrown away, and counted.
 */

import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { type Milliseconds, now } from "../../shared/time.ts";
import { TokenBucket } from "./token-bucket.ts";

const MAX_LINE = 4_000;
const LINES_PER_SECOND = 50;
const LINES_AT_ONCE = 500;

/** Which of the two streams of a process or a thread. */
export type PrintedStream = "stdout" | "stderr";

/** Where what it or a native library in it prints goes: each line of both streams, or all bytes of each. */
export type PrintedTo =
  | { readonly printed: (line: string) => void }
  | { readonly bytes: (stream: PrintedStream, chunk: Buffer) => void };

/** Reads both streams to their ends. */
export function followPrinted(from: Readonly<Record<PrintedStream, Readable | null>>, to: PrintedTo): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = from[name];
    if (stream === null) continue;
    if ("printed" in to) PrintedLines.follow(stream, to.printed);
    else stream.on("data", (chunk: Buffer) => to.bytes(name, chunk));
  }
}

export class PrintedLines {
  readonly #printed: (line: string) => void;
  readonly #decoder = new StringDecoder("utf8");
  readonly #bucket: TokenBucket;
  #line = "";
  #missed = 0;

  /** Reads the stream to its end. `printed` is called with each line. */
  static follow(stream: Readable, printed: (line: string) => void): void {
    const lines = new PrintedLines(printed);
    stream.on("data", (bytes: Buffer) => lines.handle(bytes));
    stream.on("end", () => lines.end());
  }

  constructor(printed: (line: string) => void, clock: () => Milliseconds = now) {
    this.#printed = printed;
    this.#bucket = new TokenBucket({ clock, perSecond: LINES_PER_SECOND, burst: LINES_AT_ONCE });
  }

  handle(bytes: Buffer): void {
    let from = 0;
    for (;;) {
      const end = bytes.indexOf("\n", from);
      // OL1: what is too much is not even decoded.
      const part = bytes.subarray(from, end === -1 ? undefined : end);
      const room = MAX_LINE - this.#line.length;
      if (room > 0) this.#line += this.#decoder.write(part.subarray(0, 4 * room)).slice(0, room);
      if (end === -1) return;
      this.#print();
      from = end + 1;
    }
  }

  /** There is no more to come. */
  end(): void {
    if (this.#line !== "") this.#print();
  }

  #print(): void {
    // What a long line left of a character.
    this.#decoder.end();
    const line = this.#line.replace(/\r$/, "");
    this.#line = "";
    // OL2
    if (!this.#bucket.take()) {
      this.#missed += 1;
      return;
    }
    if (this.#missed > 0) this.#printed(`(${this.#missed} lines were left out, since there were too many at once)`);
    this.#missed = 0;
    this.#printed(line);
  }
}
