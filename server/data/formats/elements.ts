/**
 * Owns turning elements of one type into those of another, in the order in which they are kept. It looks at every element, which takes
 * its time: on the conversion thread. Pure.
 */

import { type ElementType, elementArrays, elementCount } from "../../../shared/data.ts";
import { type SourceArray, type SourceType, sourceBytes } from "./source-array.ts";

type NumberArray =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>;
type BigIntArray = BigInt64Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>;
export type Elements = NumberArray | BigIntArray;

/** Where elements are put: at every `stride`-th place from `at` on. */
export type Places = {
  readonly type: ElementType;
  readonly array: Elements;
  readonly at: number;
  readonly stride: number;
};

/** So many elements, all zero. */
export function newElements(type: ElementType, count: number): Elements {
  return new elementArrays[type](count);
}

/** The elements of an array as they are kept. `bytes` may be changed. `name` is what errors call it. Throws `TypeError` for what does not fit. */
export function convertArray(name: string, bytes: ArrayBuffer, source: SourceArray, kept: ElementType): Elements {
  const count = elementCount(source.shape);
  if (bytes.byteLength !== count * sourceBytes(source.type)) {
    throw new TypeError(`${name} must be ${count * sourceBytes(source.type)} bytes, not ${bytes.byteLength}.`);
  }
  if (source.isBigEndian) swapBytes(bytes, sourceBytes(source.type));
  const elements = elementsIn(bytes, source.type);
  const array = newElements(kept, count);
  if (!source.isFortran) castInto(name, elements, { type: kept, array, at: 0, stride: 1 });
  else castTransposed(name, elements, source.shape, { type: kept, array, at: 0, stride: 1 });
  return array;
}

/** The elements of a type in little-endian bytes; those without an array of their own as those of the type that they become. */
export function elementsIn(bytes: ArrayBuffer, type: SourceType): Elements {
  if (type === "float16") return floatsOf(new Uint16Array(bytes));
  return type === "bool" ? new Uint8Array(bytes) : new elementArrays[type](bytes);
}

/** Puts elements into their places. Throws `TypeError` at the first that the type of the places does not have. */
export function castInto(name: string, from: Elements, to: Places): void {
  if (isBigInt(to.array)) return putBigInts(name, from, to, to.array);
  if (to.type.startsWith("float") || from.constructor === to.array.constructor) return putNumbers(from, to, to.array);
  putWholeNumbers(name, from, to, to.array);
}

/** IEEE 754 binary16 as binary32. */
export function floatsOf(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(halves.length);
  const table = halfTable();
  for (let index = 0; index < halves.length; index += 1) floats[index] = table[halves[index] ?? 0] ?? 0;
  return floats;
}

let halfFloats: Float32Array | null = null;

/** The value of each of the 65,536 halves. */
function halfTable(): Float32Array {
  halfFloats ??= Float32Array.from({ length: 65_536 }, (_, half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
  return halfFloats;
}

function isBigInt(array: Elements): array is BigIntArray {
  return array instanceof BigInt64Array || array instanceof BigUint64Array;
}

function putNumbers(from: Elements, { at, stride }: Places, to: NumberArray): void {
  if (isBigInt(from)) {
    for (let index = 0, place = at; index < from.length; index += 1, place += stride) to[place] = Number(from[index]);
  } else if (stride === 1) {
    to.set(from, at);
  } else {
    for (let index = 0, place = at; index < from.length; index += 1, place += stride) to[place] = from[index] ?? 0;
  }
}

function putWholeNumbers(name: string, from: Elements, { type, at, stride }: Places, to: NumberArray): void {
  for (let index = 0, place = at; index < from.length; index += 1, place += stride) {
    const value = Number(from[index]);
    to[place] = value;
    if (to[place] !== value) throw notOfType(name, type, index, value);
  }
}

function putBigInts(name: string, from: Elements, { type, at, stride }: Places, to: BigIntArray): void {
  for (let index = 0, place = at; index < from.length; index += 1, place += stride) {
    const value = BigInt(from[index] ?? 0);
    to[place] = value;
    if (to[place] !== value) throw notOfType(name, type, index, value);
  }
}

function notOfType(name: string, type: ElementType, index: number, value: number | bigint): TypeError {
  return new TypeError(`Each element of ${name} must be one of ${type}; that with the index ${index} is ${value}.`);
}

/** What comes with its first dimension varying fastest is put so that the last does. */
function castTransposed(name: string, from: Elements, shape: readonly number[], to: Places): void {
  const [rows = 0, ...others] = shape;
  if (rows === 0) return;
  const columns = elementCount(others);
  // Column after column, each with its own place among the dimensions that it stands for.
  for (let column = 0; column < columns; column += 1) {
    const values = from.subarray(column * rows, (column + 1) * rows) as Elements;
    castInto(name, values, { ...to, at: to.at + placeOf(column, others), stride: columns });
  }
}

/** Where an element stands in C order that is the `index`-th in Fortran's. */
function placeOf(index: number, shape: readonly number[]): number {
  let [rest, place] = [index, 0];
  for (const [at, length] of shape.entries()) {
    place += (rest % length) * elementCount(shape.slice(at + 1));
    rest = Math.floor(rest / length);
  }
  return place;
}

function swapBytes(bytes: ArrayBuffer, size: number): void {
  const buffer = Buffer.from(bytes);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else if (size === 8) buffer.swap64();
}
