/**
 * Owns the head of numpy's files (.npy, versions 1 to 3; NEP 1 and numpy.lib.format): reads that of one that comes, and writes that of
 * one that goes. Pure.
 */

import { type ElementType, elementBytes } from "../../../shared/data.ts";
import type { SourceArray, SourceType } from "./source-array.ts";

export type NpyHead = SourceArray & {
  /** Where the elements begin. */
  readonly headBytes: number;
};

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** The most bytes of a head; that of a plain array takes 128. */
export const MAX_HEAD_BYTES = 65_536;
const MAX_DIMENSIONS = 32;

const types: Readonly<Record<string, SourceType>> = {
  b1: "bool",
  f2: "float16",
  f4: "float32",
  f8: "float64",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  u2: "uint16",
  u4: "uint32",
  u8: "uint64",
};

/** Whether bytes begin as a .npy file does; false for fewer than six. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, at) => bytes[at] === byte);
}

/** How many bytes the head takes, of which `bytes` are the first; null while there are too few to tell. Throws `TypeError`. */
export function npyHeadBytes(bytes: Uint8Array): number | null {
  if (bytes.byteLength < 12) return null;
  if (!isNpy(bytes)) throw new TypeError("The body must begin as a .npy file does, with \\x93NUMPY.");
  const [major = 0, minor = 0] = bytes.subarray(6, 8);
  if (major < 1 || major > 3 || minor !== 0) {
    throw new TypeError(`The version of a .npy file must be 1.0, 2.0 or 3.0, not ${major}.${minor}.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = major === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  if (length <= MAX_HEAD_BYTES) return length;
  throw new TypeError(`The head of a .npy file must be at most ${MAX_HEAD_BYTES} bytes.`);
}

/** Reads a whole head. Throws `TypeError` where it is none, or is that of something other than numbers. */
export function parseNpyHead(bytes: Uint8Array): NpyHead {
  const headBytes = npyHeadBytes(bytes);
  if (headBytes === null || headBytes > bytes.byteLength) {
    throw new TypeError("The head of a .npy file must be whole.");
  }
  const isLatin = bytes[6] !== 3;
  const text = new TextDecoder(isLatin ? "latin1" : "utf-8").decode(
    bytes.subarray(isLatin && bytes[6] === 1 ? 10 : 12, headBytes),
  );
  const { descr, isFortran, shape } = fieldsOf(text);
  const [, order = "", code = ""] = /^([<>=|]?)([a-z]\d+)$/.exec(descr) ?? [];
  const type = Object.hasOwn(types, code) ? types[code] : undefined;
  if (type === undefined) {
    const known = Object.values(types).join(", ");
    throw new TypeError(`The dtype of a .npy file must be one of ${known}, not ${JSON.stringify(descr.slice(0, 60))}.`);
  }
  return { type, shape, isBigEndian: order === ">", isFortran, headBytes };
}

/** The head of a .npy file with an array of this form, after which its elements follow. */
export function npyHeadFor(type: ElementType, shape: readonly number[]): Uint8Array {
  const kind = type.startsWith("float") ? "f" : type.startsWith("u") ? "u" : "i";
  const order = elementBytes(type) === 1 ? "|" : "<";
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dict = `{'descr': '${order}${kind}${elementBytes(type)}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // The elements begin at a multiple of 64.
  const length = Math.ceil((10 + dict.length + 1) / 64) * 64;
  const head = new Uint8Array(length).fill(0x20);
  head.set([...MAGIC, 1, 0, (length - 10) & 0xff, (length - 10) >> 8]);
  head.set(new TextEncoder().encode(dict), 10);
  head[length - 1] = 0x0a;
  return head;
}

type HeadFields = { readonly descr: string; readonly isFortran: boolean; readonly shape: readonly number[] };

const field =
  /(?<quote>['"])(?<key>\w{1,40})\k<quote>\s*:\s*(?<value>'[^'\\]*'|"[^"\\]*"|True|False|\([^()]*\)|\[.*\])\s*(?:,\s*|$)/sy;

/** Reads the three fields of a head, a dictionary as Python writes it. */
function fieldsOf(text: string): HeadFields {
  const dictionary = text.trim();
  if (!dictionary.startsWith("{") || !dictionary.endsWith("}")) throw notAHead();
  const inner = dictionary.slice(1, -1).trim();
  const found = new Map<string, string>();
  field.lastIndex = 0;
  for (let at = 0; at < inner.length; at = field.lastIndex) {
    const { key = "", value = "" } = field.exec(inner)?.groups ?? {};
    if (key === "" || found.has(key)) throw notAHead();
    found.set(key, value);
  }
  const [descr = "", order = "", shape = ""] = ["descr", "fortran_order", "shape"].map((key) => found.get(key));
  if (found.size !== 3 || !/^(?:True|False)$/.test(order) || !shape.startsWith("(")) throw notAHead();
  if (!/^['"]/.test(descr)) throw new TypeError("The dtype of a .npy file must be a plain one, without fields.");
  return { descr: descr.slice(1, -1), isFortran: order === "True", shape: shapeOf(shape.slice(1, -1)) };
}

/** The numbers of a tuple, those of Python 2 with an L. A single element has none, and is kept as a list of one. */
function shapeOf(tuple: string): readonly number[] {
  const texts = tuple.split(",").map((text) => text.trim());
  // Behind the last one there may be another comma.
  if (texts.at(-1) === "") texts.pop();
  if (texts.length === 0) return [1];
  if (texts.length > MAX_DIMENSIONS || !texts.every((text) => /^\d{1,15}L?$/.test(text))) {
    throw new TypeError("The shape of a .npy file must be whole numbers, and not too many of them.");
  }
  const shape = texts.map((text) => Number.parseInt(text, 10));
  // Zeros hide how large the others are.
  const most = shape.filter((length) => length > 0).reduce((product, length) => product * length, 8);
  if (most <= Number.MAX_SAFE_INTEGER) return shape;
  throw new TypeError("The shape of a .npy file must have fewer elements.");
}

function notAHead(): TypeError {
  return new TypeError("The head of a .npy file must be a dictionary of descr, fortran_order and shape.");
}
