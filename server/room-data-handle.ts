/** Owns what a program that runs a server may do with the data of a room. In the main process. */

import { type ElementType, elementArrays, isElementType, type WantedForm } from "../shared/data.ts";
import type { DataAnswer, DataInfo, DataWriter } from "./data/data-contract.ts";
import type { RoomData, RoomDataEvents } from "./data/room-data.ts";

/** An array that can be given as data; of `Uint8ClampedArray` and `Buffer` the elements are uint8. */
export type DataArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** How a value is given. */
export type DataSetOptions = {
  /**
   * The length of each dimension of an array, of which one may be null, as it follows from the number of elements. Default: what the
   * scene declares, where that is clear; else one dimension.
   */
  readonly shape?: readonly (number | null)[];
  /** "json" or "bytes", for values that could be several. Default: what the scene declares, else what the value is. */
  readonly type?: "json" | "bytes";
  /** Gives up waiting; what was begun changes nothing then. */
  readonly signal?: AbortSignal;
};

/** Pieces so large are written one after another, while others go on. */
const PIECE_BYTES = 8 * 2 ** 20;

/** The data of a room; given by `room.data`. It stays when the scene is loaded anew or its process is started again. */
export class RoomDataHandle {
  readonly #data: RoomData;

  /** For `RoomHandle`. */
  constructor(data: RoomData) {
    this.#data = data;
  }

  /** The values that there are, and those that the scene declares and nobody gave yet, in the order of their names. */
  list(): readonly DataInfo[] {
    return this.#data.list();
  }

  /**
   * Gives the scene a whole new value: a typed array, bytes, or JSON of at most 4 MiB. Leave an array alone until this resolves, which it
   * does when the scene has it, or with `taken: false` where no scene runs, or it does not come back in ten seconds; the value is kept in
   * any case. Rejects with `TypeError` on a bad name, shape or length, and with `StreamError`: "data-refused" where the scene does not
   * take it, "data-too-large" where it is more than the room may hold, "data-full", "too-fast", "closed".
   */
  async set(name: string, value: unknown, options: DataSetOptions = {}): Promise<DataAnswer> {
    const declaration = await this.#data.declarationOf(name);
    const declared = typeof declaration === "object" ? declaration?.type : undefined;
    const { bytes, form } = givenAs(name, value, options, declared);
    const writer = await this.#data.begin(name, form, bytes.byteLength, options.signal);
    return await writeAll(writer, bytes, options.signal);
  }

  /**
   * Changes a part of an array: `rows` are as many rows along its first dimension as they fill, from row `offset` on, in an array of the
   * same type; of bytes they are bytes. The scene sees it in the same array. Resolves and rejects as `set`, with `TypeError` where the part
   * is not within the value, and with `StreamError` "data-missing" where there is no value.
   */
  async patch(
    name: string,
    offset: number,
    rows: DataArray,
    options: Pick<DataSetOptions, "signal"> = {},
  ): Promise<DataAnswer> {
    // As `set` does, so that a part which is given after a value comes after it.
    await this.#data.declarationOf(name);
    const type = elementTypeOf(rows);
    if (type === null) throw new TypeError("rows must be a typed array.");
    const form = this.#data.list().find((info) => info.name === name)?.form ?? null;
    if (form !== null && form.type !== "json" && form.type !== "bytes" && form.type !== type) {
      throw new TypeError(`rows must be ${form.type} as the value of ${name}, not ${type}.`);
    }
    const writer = await this.#data.beginPatch(name, { offset, count: null }, options.signal);
    return await writeAll(writer, bytesOf(rows), options.signal);
  }

  /** Removes a value: the scene has none of this name. False where there is none. */
  remove(name: string): boolean {
    return this.#data.remove(name);
  }

  /** Calls `listener` at every `name` event. Returns a function that takes it off again. */
  on<Name extends keyof RoomDataEvents>(name: Name, listener: (event: RoomDataEvents[Name]) => void): () => void {
    return this.#data.on(name, listener);
  }
}

function givenAs(
  name: string,
  value: unknown,
  { shape, type: wanted }: DataSetOptions,
  declared: string | undefined,
): { readonly bytes: Uint8Array; readonly form: WantedForm } {
  const type = elementTypeOf(value);
  if (wanted === "json" || (wanted === undefined && (declared === "json" || (type === null && !isBuffer(value))))) {
    return { bytes: jsonBytes(name, value), form: { type: "json", shape } };
  }
  if (type === null && !isBuffer(value)) throw new TypeError(`${name} must be a typed array or an ArrayBuffer.`);
  const isBytes = wanted === "bytes" || declared === "bytes" || (type === null && !isElementType(declared));
  return { bytes: bytesOf(value), form: { type: isBytes ? "bytes" : (type ?? declared), shape } };
}

function jsonBytes(name: string, value: unknown): Uint8Array {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`${name} must be a typed array, an ArrayBuffer or a value of JSON.`);
  return new TextEncoder().encode(text);
}

function isBuffer(value: unknown): value is ArrayBuffer | SharedArrayBuffer {
  return value instanceof ArrayBuffer || value instanceof SharedArrayBuffer;
}

/** The type of the elements of an array; null where it is none. */
function elementTypeOf(value: unknown): ElementType | null {
  if (value instanceof Uint8ClampedArray) return "uint8";
  const types = Object.entries(elementArrays) as [ElementType, (typeof elementArrays)[ElementType]][];
  return types.find(([, array]) => value instanceof array)?.[0] ?? null;
}

function bytesOf(value: unknown): Uint8Array {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return new Uint8Array(value as ArrayBuffer);
}

async function writeAll(writer: DataWriter, bytes: Uint8Array, signal: AbortSignal | undefined): Promise<DataAnswer> {
  try {
    for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
      signal?.throwIfAborted();
      await writer.write(bytes.subarray(at, at + PIECE_BYTES));
    }
    return await writer.commit();
  } catch (error) {
    writer.abort();
    throw error;
  }
}
