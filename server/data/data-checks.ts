/** Owns the checks of what is given to a room's data, besides its form (shared/data.ts). Pure; in the main process. */

import {
  type DataForm,
  dataNameRule,
  formText,
  isArrayForm,
  isDataName,
  MAX_JSON_BYTES,
  rowBytes,
} from "../../shared/data.ts";
import { StreamError } from "../../shared/errors.ts";
import { formatSize } from "../../shared/sizes.ts";
import type { RowRange } from "./data-contract.ts";

/** The most bytes of something, and what is wrong where there are more. */
export type ByteLimit = { readonly bytes: number; readonly error: Error };

/** Where a part of a value lies, in bytes. `byteLength` null: as many as come, up to the limit. */
export type PartPlace = {
  readonly offset: number;
  readonly rowBytes: number;
  readonly byteLength: number | null;
  readonly limit: ByteLimit;
};

export function checkName(name: unknown): asserts name is string {
  if (typeof name === "string" && isDataName(name)) return;
  const shown = typeof name === "string" ? JSON.stringify(name.slice(0, 80)) : typeof name;
  throw new TypeError(`The name of data must be ${dataNameRule}, not ${shown}.`);
}

export function checkByteLength(name: string, byteLength: unknown): asserts byteLength is number | null {
  if (byteLength === null || (Number.isSafeInteger(byteLength) && Number(byteLength) >= 0)) return;
  throw new TypeError(`The length of ${name} must be a whole number of bytes.`);
}

/** JSON is read in one go, which all wait for. */
export function jsonLimit(name: string): ByteLimit {
  const sentence = `${name} must be at most ${formatSize(MAX_JSON_BYTES)} of JSON. Larger data is sent as arrays or bytes.`;
  return { bytes: MAX_JSON_BYTES, error: new StreamError("data-too-large", sentence) };
}

export function checkJson(name: string, bytes: Uint8Array): void {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const why = error instanceof SyntaxError ? `: ${error.message}` : "";
    throw new TypeError(`${name} must be JSON in UTF-8${why}.`);
  }
}

/** Where rows of a value lie. Throws `TypeError` where they are not within it. */
export function partOf(name: string, form: DataForm, { offset, count }: RowRange, valueBytes: number): PartPlace {
  if (form.type === "json") throw new TypeError(`${name} must be sent whole: it is JSON.`);
  const size = rowBytes(form);
  const rows = isArrayForm(form) ? (form.shape[0] ?? 0) : valueBytes;
  const what = isArrayForm(form) ? "rows" : "bytes";
  const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
  if (!isNumber(offset) || offset > rows || (count !== null && (!isNumber(count) || offset + count > rows))) {
    throw new TypeError(`The part of ${name} must be within its ${rows} ${what}.`);
  }
  const error = new TypeError(`${name} has ${rows} ${what} (${formText(form)}), and more than end there came.`);
  const limit = { bytes: (rows - offset) * size, error };
  return { offset: offset * size, rowBytes: size, byteLength: count === null ? null : count * size, limit };
}

export function missing(name: string): StreamError {
  return new StreamError("data-missing", `There is no data "${name}".`);
}
