/**
 * Owns reading the points of a sweep: x, y, z in metres in the frame of the scanner (forward, left, up) and how much comes back, from
 * 0 to 1. Of "sync" as float32 in a .bin, of "extract" as lines of text.
 */

import { FormatError, quoted } from "./format-error.ts";

/** x, y, z, reflectance. */
const COLUMNS = 4;
const BYTES = COLUMNS * 4;
/** A scanner of 64 beams that turns ten times a second measures some 130,000. */
const MAX_POINTS = 2_000_000;
/** Beyond what any scanner sees; a file of something else has such numbers. */
const MAX_METRES = 1e4;

/** Rows of four, over the memory of `bytes`. Throws FormatError. */
export function parseLidarBinary(bytes: ArrayBuffer, file: string): Float32Array<ArrayBuffer> {
  if (bytes.byteLength % BYTES !== 0) {
    const whole = Math.floor(bytes.byteLength / BYTES);
    throw new FormatError(
      file,
      null,
      `points of ${BYTES} bytes each`,
      `${whole} and ${bytes.byteLength % BYTES} bytes`,
    );
  }
  if (bytes.byteLength > MAX_POINTS * BYTES)
    throw new FormatError(file, null, `at most ${MAX_POINTS} points`, String(bytes.byteLength / BYTES));
  const points = new Float32Array(bytes);
  // A loop, as a call for each of half a million values takes four times as long.
  for (let odd = 0; odd < points.length; odd += 1) {
    if (Math.abs(points[odd] ?? 0) <= MAX_METRES) continue;
    const place = `byte ${odd * 4} (point ${Math.floor(odd / COLUMNS)})`;
    throw new FormatError(file, null, `finite numbers up to ${MAX_METRES}`, `${points[odd]} at ${place}`);
  }
  return points;
}

/** Rows of four. Throws FormatError. */
export function parseLidarText(bytes: ArrayBuffer, file: string): Float32Array<ArrayBuffer> {
  const scan = new NumberScan(new Uint8Array(bytes), file);
  // The shortest line is "0 0 0 0" and its end.
  const room = new Float32Array(Math.min(MAX_POINTS, Math.ceil(bytes.byteLength / 8)) * COLUMNS);
  let count = 0;
  while (scan.toNextLine()) {
    if (count + COLUMNS > room.length) throw scan.error(`at most ${MAX_POINTS} points`, "more");
    for (let column = 0; column < COLUMNS; column += 1) room[count + column] = scan.number();
    scan.endOfLine();
    count += COLUMNS;
  }
  return room.slice(0, count);
}

const [NEWLINE, RETURN, SPACE, TAB, MINUS, POINT, ZERO] = [10, 13, 32, 9, 45, 46, 48];

/** Reads decimal numbers without making texts of them: a sweep has half a million, and ten sweeps come in a second. */
class NumberScan {
  readonly #bytes: Uint8Array;
  readonly #file: string;
  #at = 0;
  #line = 1;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#file = file;
  }

  /** To the next line that is not empty; false at the end. */
  toNextLine(): boolean {
    for (; this.#at < this.#bytes.length; this.#at += 1) {
      const byte = this.#bytes[this.#at];
      if (byte === NEWLINE) this.#line += 1;
      else if (byte !== SPACE && byte !== TAB && byte !== RETURN) return true;
    }
    return false;
  }

  number(): number {
    this.#skipSpace();
    const begin = this.#at;
    const isNegative = this.#bytes[this.#at] === MINUS;
    if (isNegative) this.#at += 1;
    const whole = this.#digits(0);
    let value = whole.value;
    let count = whole.count;
    if (this.#bytes[this.#at] === POINT) {
      this.#at += 1;
      const fraction = this.#digits(value);
      count += fraction.count;
      value = fraction.value / 10 ** fraction.count;
    }
    const next = this.#bytes[this.#at];
    const isEnd = next === undefined || next === SPACE || next === TAB || next === RETURN || next === NEWLINE;
    if (count === 0 || !isEnd) return this.#byWords(begin);
    if (value > MAX_METRES) throw this.error(`numbers up to ${MAX_METRES}`, String(value));
    return isNegative ? -value : value;
  }

  endOfLine(): void {
    this.#skipSpace();
    const byte = this.#bytes[this.#at];
    if (byte === RETURN) this.#at += 1;
    else if (byte !== NEWLINE && byte !== undefined) throw this.error(`${COLUMNS} values: x y z reflectance`, "more");
  }

  error(expected: string, found: string): FormatError {
    return new FormatError(this.#file, this.#line, expected, found);
  }

  /** A number with an exponent, or none. */
  #byWords(begin: number): number {
    let end = begin;
    for (let byte = this.#bytes[end]; byte !== undefined && byte > SPACE; byte = this.#bytes[end]) end += 1;
    const word = new TextDecoder().decode(this.#bytes.subarray(begin, Math.min(end, begin + 64)));
    const value = /^[+-]?[\d.]+(?:[eE][+-]?\d+)?$/.test(word) ? Number(word) : Number.NaN;
    if (!(Math.abs(value) <= MAX_METRES))
      throw this.error(`${COLUMNS} finite numbers: x y z reflectance`, quoted(word));
    this.#at = end;
    return value;
  }

  #digits(from: number): { readonly value: number; readonly count: number } {
    let value = from;
    const begin = this.#at;
    for (; this.#at < this.#bytes.length; this.#at += 1) {
      const digit = (this.#bytes[this.#at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    return { value, count: this.#at - begin };
  }

  #skipSpace(): void {
    while (this.#bytes[this.#at] === SPACE || this.#bytes[this.#at] === TAB) this.#at += 1;
  }
}
