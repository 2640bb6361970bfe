/**
 * Owns what the headers, the query and the messages of those who fill data say, as text and JSON from outside: read, or refused with the
 * field and its rule. Pure.
 */

import { MAX_DIMENSIONS } from "../../../shared/data.ts";
import { fields } from "../../../shared/schema.ts";
import type { RowRange } from "../../data/data-contract.ts";
import type { DataFormat } from "../../data/formats/data-format.ts";
import { dataFormats } from "../../data/formats/data-format.ts";
import { oneOf } from "../../platform/option-checks.ts";

/** What is said of a value besides its bytes. */
export type SaidOfValue = {
  readonly type?: string | undefined;
  readonly shape?: readonly (number | null)[] | undefined;
  readonly columns?: readonly string[] | undefined;
};

/** A message of a stream: what comes before its bytes. */
export type DataMessageHead = SaidOfValue & {
  /** Null where the address of the socket says it. */
  readonly name: string | null;
  readonly format: DataFormat | null;
  /** Null for a whole value. */
  readonly range: RowRange | null;
};

/** The longest line of JSON before the bytes of a message. */
export const MAX_HEAD_BYTES = 4096;
const MAX_COLUMNS = 256;
const LINE_FEED = 0x0a;

/** "500000,3", or "*,3" where the first follows from the length; undefined where nothing is said. Throws `TypeError`. */
export function parseShape(text: string | undefined): readonly (number | null)[] | undefined {
  if (text === undefined) return undefined;
  const parts = text.length > 200 ? [] : text.split(",").map((part) => part.trim());
  const isRight =
    parts.length > 0 && parts.length <= MAX_DIMENSIONS && parts.every((part) => /^(?:\d{1,15}|\*)$/.test(part));
  if (isRight) return parts.map((part) => (part === "*" ? null : Number(part)));
  throw new TypeError(
    `X-Data-Shape must be up to ${MAX_DIMENSIONS} whole numbers with commas between, such as 500000,3; "*" is one that follows from the length.`,
  );
}

/** "x,y,z"; undefined where nothing is said. Throws `TypeError`. */
export function parseColumns(text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : columnsOf("columns", text.split(","));
}

/** A part, by a header such as "rows 100-199/*" (RFC 9110 section 14.4) or by the query `offset`. Throws `TypeError`. */
export function parseRange(contentRange: string | undefined, offset: string | undefined): RowRange {
  if (contentRange !== undefined && offset !== undefined) {
    throw new TypeError("The part must be told by Content-Range or by ?offset=, not by both.");
  }
  if (offset !== undefined) {
    if (/^\d{1,15}$/.test(offset)) return { offset: Number(offset), count: null };
    throw new TypeError("offset must be a whole number: the first row of the part.");
  }
  const [, first, last] = /^(?:rows|bytes) (\d{1,15})-(\d{1,15})(?:\/(?:\*|\d{1,15}))?$/.exec(contentRange ?? "") ?? [];
  const range = { offset: Number(first), count: Number(last) - Number(first) + 1 };
  if (range.count > 0) return range;
  throw new TypeError('The part must be told by Content-Range, such as "rows 100-199/*", or by ?offset=100.');
}

/** Takes a message apart: a line of JSON, a line feed, the bytes. Throws `TypeError`. */
export function parseDataMessage(message: Uint8Array): {
  readonly head: DataMessageHead;
  readonly payload: Uint8Array;
} {
  const end = message.subarray(0, MAX_HEAD_BYTES + 1).indexOf(LINE_FEED);
  if (end < 0) {
    throw new TypeError(
      `A message must begin with a line of JSON of at most ${MAX_HEAD_BYTES} bytes, and a line feed.`,
    );
  }
  return { head: headOf(message.subarray(0, end)), payload: message.subarray(end + 1) };
}

function headOf(line: Uint8Array): DataMessageHead {
  const known = ["name", "type", "shape", "columns", "format", "offset", "count"];
  const said = fields("message", jsonIn(line));
  const other = Object.keys(said).find((key) => !known.includes(key));
  if (other !== undefined) throw new TypeError(`message must have no field but ${known.join(", ")}.`);
  const { name, type, shape, columns, format, offset, count } = said;
  if (count !== undefined && offset === undefined)
    throw new TypeError("message.count may stand only beside message.offset.");
  return {
    name: name === undefined ? null : textOf("message.name", name),
    type: type === undefined ? undefined : textOf("message.type", type),
    shape: shape === undefined ? undefined : shapeOf(shape),
    columns: columns === undefined ? undefined : columnsOf("message.columns", columns),
    format: format === undefined ? null : oneOf("message.format", format, dataFormats),
    range:
      offset === undefined
        ? null
        : {
            offset: wholeOf("message.offset", offset),
            count: count === undefined ? null : wholeOf("message.count", count),
          },
  };
}

function jsonIn(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(line));
  } catch {
    throw new TypeError('The first line of a message must be JSON, such as {"type": "float32", "shape": [500000, 3]}.');
  }
}

function textOf(name: string, value: unknown): string {
  if (typeof value === "string" && value.length <= 64) return value;
  throw new TypeError(`${name} must be text of at most 64 characters.`);
}

function wholeOf(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError(`${name} must be a whole number.`);
}

function shapeOf(value: unknown): readonly (number | null)[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_DIMENSIONS) {
    throw new TypeError(`message.shape must be a list of up to ${MAX_DIMENSIONS} whole numbers.`);
  }
  return value.map((length: unknown) => (length === null ? null : wholeOf("Each of message.shape", length)));
}

function columnsOf(name: string, value: unknown): readonly string[] {
  const isRight = Array.isArray(value) && value.length > 0 && value.length <= MAX_COLUMNS;
  if (!isRight || !value.every((column) => typeof column === "string" && column.length <= 200)) {
    throw new TypeError(`${name} must be up to ${MAX_COLUMNS} names of columns.`);
  }
  return value.map(String);
}
