/**
 * Owns making an array of a table of Apache Arrow, its columns side by side. What comes is anybody's: whatever it says of lengths is held
 * against the bytes that there are. On the conversion thread. The only file that imports apache-arrow.
 */

import { type Data, DataType, type Field, type Table, tableFromIPC, type Vector } from "apache-arrow";
import { type ElementType, elementBytes } from "../../../shared/data.ts";
import { arrowMessages } from "./arrow-frames.ts";
import type { ArrowWish, ConvertedArray } from "./conversion-protocol.ts";
import { castInto, type Elements, floatsOf, newElements, type Places } from "./elements.ts";
import { isSourceType, keptType, type SourceType } from "./source-array.ts";

/** A column, or as many as a list of fixed length has. */
type Column = { readonly field: Field; readonly vector: Vector; readonly type: SourceType; readonly width: number };

const MAX_COLUMNS = 4096;

/** Reads a table, in the format of streams or of files, into one array. Throws `TypeError` naming the column and the rule. */
export function arrayOfArrow(name: string, bytes: Uint8Array, wish: ArrowWish): ConvertedArray {
  const table = tableOf(name, bytes);
  const columns = columnsOf(name, table, wish.columns);
  const type = typeOf(name, columns, wish.type);
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const count = table.numRows * width;
  if (width > MAX_COLUMNS) throw new TypeError(`${name} must have at most ${MAX_COLUMNS} columns, not ${width}.`);
  if (count * elementBytes(type) > wish.maxBytes) {
    throw new TypeError(`${name} must be at most ${wish.maxBytes} bytes where it is converted.`);
  }
  const array = newElements(type, count);
  let at = 0;
  for (const column of columns) {
    put(`The column ${JSON.stringify(column.field.name)}`, column, { type, array, at, stride: width });
    at += column.width;
  }
  const isList = width === 1 && wish.dimensions !== 2;
  return { type, shape: isList ? [table.numRows] : [table.numRows, width], bytes: array.buffer };
}

function tableOf(name: string, bytes: Uint8Array): Table {
  let table: Table;
  try {
    table = tableFromIPC(arrowMessages(bytes).messages);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (/compressed/.test(reason)) {
      throw new TypeError(`${name} must be written without compression (in pyarrow: compression="uncompressed").`);
    }
    throw new TypeError(`${name} must be a whole table of Apache Arrow: ${reason.slice(0, 200)}.`, { cause });
  }
  if (table.schema.fields.length > 0) return table;
  throw new TypeError(`${name} must be a table of Apache Arrow with at least one column.`);
}

function columnsOf(name: string, table: Table, wanted: readonly string[] | null): readonly Column[] {
  const { fields } = table.schema;
  const names = fields.map((field) => field.name);
  const known = `there are ${names.slice(0, 20).join(", ")}`;
  return (wanted ?? names).map((column, at) => {
    const index = wanted === null ? at : names.indexOf(column);
    const [field, vector] = [fields[index], table.getChildAt(index)];
    if (field === undefined || vector === null) {
      throw new TypeError(`The column ${JSON.stringify(column)} of ${name} must be one of the table; ${known}.`);
    }
    const isList = DataType.isFixedSizeList(field.type);
    const inner = DataType.isFixedSizeList(field.type) ? field.type.valueType : field.type;
    const [type, width] = [sourceTypeOf(inner), isList ? (field.type as { listSize: number }).listSize : 1];
    if (type !== null && width > 0) return { field, vector, type, width };
    const choice = wanted === null ? ` Choose others with columns=; ${known}.` : "";
    throw new TypeError(
      `The column ${JSON.stringify(field.name)} of ${name} must be of numbers, not ${String(field.type).slice(0, 60)}.${choice}`,
    );
  });
}

function sourceTypeOf(type: DataType): SourceType | null {
  if (DataType.isBool(type)) return "bool";
  if (!DataType.isInt(type) && !DataType.isFloat(type)) return null;
  const word = String(type).toLowerCase();
  return isSourceType(word) ? word : null;
}

/** The type that is wanted, else the one that all columns have. */
function typeOf(name: string, columns: readonly Column[], wanted: ElementType | null): ElementType {
  const [type = "float32", other] = [...new Set(columns.map((column) => keptType(name, column.type, wanted)))];
  if (other === undefined) return type;
  throw new TypeError(`The type of ${name} must be given: its columns are of ${type}, ${other} and perhaps more.`);
}

/** Puts a column into its places, batch after batch. */
function put(called: string, { vector, type, width }: Column, to: Places): void {
  let row = 0;
  for (const data of vector.data) {
    const inner = width === 1 && !DataType.isFixedSizeList(data.type) ? data : data.children[0];
    if (inner === undefined) throw tooShort(called);
    const places = { ...to, at: to.at + row * to.stride };
    const hasNulls = data.nullCount > 0 || inner.nullCount > 0;
    if (hasNulls && !to.type.startsWith("float")) {
      throw new TypeError(`${called} must be without nulls, which ${to.type} cannot say.`);
    }
    putValues(called, valuesOf(called, inner, type, data.length * width), width, places);
    if (hasNulls) putNulls(data, inner, width, places);
    row += data.length;
  }
}

function putValues(called: string, values: Elements, width: number, to: Places): void {
  // The only column, so that its elements lie as they will.
  if (width === to.stride) return castInto(called, values, { ...to, stride: 1 });
  for (let part = 0; part < width; part += 1) {
    const own = width === 1 ? values : everyNth(values, part, width);
    castInto(called, own, { ...to, at: to.at + part });
  }
}

/** Programs write what is no number so, too. */
function putNulls(rows: Data, values: Data, width: number, { array, at, stride }: Places): void {
  for (let row = 0; row < rows.length; row += 1) {
    for (let part = 0; part < width; part += 1) {
      const isThere = rows.getValid(row) && (rows === values || values.getValid(row * width + part));
      if (!isThere) array[at + row * stride + part] = Number.NaN;
    }
  }
}

function valuesOf(called: string, data: Data, type: SourceType, count: number): Elements {
  const values: unknown = data.values;
  if (!ArrayBuffer.isView(values) || data.offset !== 0) throw tooShort(called);
  if (type === "bool") return bitsOf(called, values as Uint8Array, count);
  const elements = values as Elements;
  if (elements.length < count || data.length < count) throw tooShort(called);
  const own = elements.subarray(0, count) as Elements;
  return type === "float16" ? floatsOf(own as Uint16Array) : own;
}

function bitsOf(called: string, bits: Uint8Array, count: number): Elements {
  if (bits.length * 8 < count) throw tooShort(called);
  return Uint8Array.from({ length: count }, (_, at) => ((bits[at >> 3] ?? 0) >> (at & 7)) & 1);
}

function everyNth(values: Elements, first: number, step: number): Elements {
  const picked = values.slice(0, values.length / step) as Elements;
  for (let index = 0; index < picked.length; index += 1) picked[index] = values[first + index * step] as never;
  return picked;
}

function tooShort(called: string): TypeError {
  return new TypeError(`${called} must have as many elements as its table has rows.`);
}
