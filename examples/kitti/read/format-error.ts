/** Owns what is said of a file that is not as its format wants it: which file, where in it, what was expected and what stands there. */

/** A malformed file. `line` counts from 1; null where the place is no line. */
export class FormatError extends Error {
  readonly file: string;
  readonly line: number | null;
  readonly expected: string;

  constructor(file: string, line: number | null, expected: string, found: string) {
    super(`${file}${line === null ? "" : `, line ${line}`}: expected ${expected}, found ${found}.`);
    this.name = "FormatError";
    this.file = file;
    this.line = line;
    this.expected = expected;
  }
}

/** What stands in a place, short enough for a sentence. */
export function quoted(text: string): string {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return shown === "" ? "nothing" : `"${shown}"`;
}

/** A decimal number; "nan", "inf", words and nothing at all are none. */
export function parseNumber(text: string, file: string, line: number, what: string): number {
  const isDecimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
  const value = isDecimal ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new FormatError(file, line, `a finite number (${what})`, quoted(text));
  return value;
}
