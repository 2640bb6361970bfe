/**
 * Owns how a value, or a part of one, gets into the data of a room from bytes in any format: raw, numpy's, Apache Arrow's, JSON. Whoever
 * it comes from. In the main process.
 *
 * RF1 what comes as it is kept goes on piece by piece as it comes, and never lies in memory whole.
 * RF2 what must be converted does, in an amount that is bounded (conversions.ts), and is converted on a thread of its own.
 * RF3 whatever goes wrong, the writer is told, so that nothing has changed.
 */

import { setImmediate as nextTurn } from "node:timers/promises";
import {
  closeForm,
  type DataDeclaration,
  type DataForm,
  dataNameRule,
  type ElementType,
  elementBytes,
  elementCount,
  isArrayForm,
  isDataName,
  isElementType,
  openForm,
  type WantedForm,
} from "../../../shared/data.ts";
import { StreamError } from "../../../shared/errors.ts";
import type { DataAnswer, DataWriter, RowRange } from "../data-contract.ts";
import type { RoomData } from "../room-data.ts";
import { conversions, MAX_CONVERTED_BYTES } from "./conversions.ts";
import { BodyReader, type DataBody } from "./data-body.ts";
import { type DataFormat, SNIFFED_BYTES, sniffFormat, UnknownFormat } from "./data-format.ts";
import { MAX_HEAD_BYTES, type NpyHead, npyHeadBytes, parseNpyHead } from "./npy.ts";
import { isAsKept, isSourceType, keptType, type SourceArray, sourceBytes } from "./source-array.ts";

/** Where values go. */
export type DataTarget = Pick<RoomData, "begin" | "beginPatch" | "declarationOf" | "list" | "maxBytes">;

/** So much is written at once; between that others have their turn. */
const SLICE_BYTES = 256 * 1024;
/** What is held for a table whose length is not told. */
const UNTOLD_BYTES = 64 * 2 ** 20;

/**
 * Fills a value. Rejects with `TypeError` naming the field and the rule (`UnknownFormat` for the format), with what `RoomData.begin`
 * and the writer reject with, and with what the chunks do.
 */
export async function receiveData(data: DataTarget, name: string, body: DataBody): Promise<DataAnswer> {
  if (!isDataName(name)) throw new TypeError(`The name of a value must be ${dataNameRule}.`);
  const known = await data.declarationOf(name);
  const declaration = known === "any" ? null : known;
  const reader = new BodyReader(body);
  refuseHuge(data, name, body);
  // Of what the scene does not take nothing is read.
  const format = known === null ? "raw" : await formatOf(body, reader, declaration);
  const begin = (wanted: WantedForm, bytes: number | null) => data.begin(name, wanted, bytes, body.signal);
  const whole: Whole = { name, body, reader, declaration, begin };
  if (format === "npy") return receiveNpy(whole);
  if (format === "arrow") return receiveArrow(whole);
  return receiveRaw(whole, format === "json" ? "json" : body.type);
}

/** Fills a part of a value, as rows from `offset` on; `count` null for as many as come. Rejects as `receiveData`. */
export async function receivePart(
  data: DataTarget,
  name: string,
  range: RowRange,
  body: DataBody,
): Promise<DataAnswer> {
  const form = data.list().find((info) => info.name === name)?.form ?? null;
  const reader = new BodyReader(body);
  const format = form === null ? "raw" : await formatOf(body, reader, form);
  if (format === "arrow") throw new UnknownFormat("A part must be raw, or a .npy file; tables are taken whole.");
  if (format === "npy" && form !== null && isArrayForm(form))
    return receiveNpyPart(data, { name, range, form, body, reader });
  if (form !== null && body.type !== undefined && body.type !== form.type) {
    throw new TypeError(`The type of the part must be ${form.type}, as that of ${name}.`);
  }
  return write(await data.beginPatch(name, range, body.signal), reader, body);
}

/** What can fit in no form is refused before its first byte is looked at. */
function refuseHuge({ maxBytes }: DataTarget, name: string, { byteLength }: DataBody): void {
  const most = Math.max(maxBytes, MAX_CONVERTED_BYTES) + MAX_HEAD_BYTES;
  if (byteLength === null || byteLength <= most) return;
  const sentence = `${name} must be at most ${maxBytes} bytes, which is what the room may hold; ${byteLength} were announced.`;
  throw new StreamError("data-too-large", sentence);
}

type Whole = {
  readonly name: string;
  readonly body: DataBody;
  readonly reader: BodyReader;
  readonly declaration: DataDeclaration | null;
  begin(wanted: WantedForm, bytes: number | null): Promise<DataWriter>;
};

async function formatOf(
  { format = null, type, shape }: DataBody,
  reader: BodyReader,
  declaration: DataDeclaration | null,
): Promise<DataFormat> {
  // As it is, whatever it is.
  if (declaration?.type === "bytes") return "raw";
  if (format !== null) return format;
  return sniffFormat(await reader.peek(SNIFFED_BYTES), declaration, type !== undefined || shape !== undefined);
}

async function receiveRaw(
  { name, body, reader, declaration, begin }: Whole,
  type: string | undefined,
): Promise<DataAnswer> {
  const wanted = declaration !== null && isArrayForm(declaration) ? declaration.type : null;
  if (type === undefined || !isSourceType(type) || type === wanted || (wanted === null && isElementType(type))) {
    return write(await begin({ type, shape: body.shape }, body.byteLength), reader, body);
  }
  const kept = keptType(name, type, wanted);
  if (body.byteLength === null)
    throw new TypeError(`The length of ${name} must be told where it is converted to ${kept}.`);
  // The shape is that of as many elements of the other type.
  const count = body.byteLength / sourceBytes(type);
  const open = openForm(name, { type: kept, shape: body.shape }, declaration, null);
  const form = closeForm(name, open, count * elementBytes(kept));
  const source = { type, shape: isArrayForm(form) ? form.shape : [count], isBigEndian: false, isFortran: false };
  return convert({ name, reader, source, kept, body }, (shape, bytes) => begin({ type: kept, shape }, bytes));
}

async function receiveNpy({ name, body, reader, declaration, begin }: Whole): Promise<DataAnswer> {
  const head = await readNpyHead(name, body, reader);
  const declared = declaration !== null && isArrayForm(declaration) ? declaration.type : null;
  const kept = keptType(name, head.type, declared ?? wantedType(name, body.type));
  const beginShaped = (shape: readonly number[], bytes: number) =>
    begin({ type: kept, shape: body.shape ?? shape }, bytes);
  if (!isAsKept(head, kept)) return convert({ name, reader, source: head, kept, body }, beginShaped);
  const writer = await beginShaped(head.shape, elementCount(head.shape) * elementBytes(kept));
  return write(writer, reader, body);
}

type Part = {
  readonly name: string;
  readonly range: RowRange;
  readonly form: Extract<DataForm, { readonly type: ElementType }>;
  readonly body: DataBody;
  readonly reader: BodyReader;
};

async function receiveNpyPart(data: DataTarget, { name, range, form, body, reader }: Part): Promise<DataAnswer> {
  const head = await readNpyHead(name, body, reader);
  const [rows = 0, ...others] = head.shape;
  const columns = form.shape.slice(1);
  if (others.join() !== columns.join()) {
    const rule = ["any number", ...columns].join(", ");
    throw new TypeError(`The shape of the part must be [${rule}], as that of ${name}, not [${head.shape.join(", ")}].`);
  }
  if (range.count !== null && range.count !== rows) {
    throw new TypeError(`The part must be ${range.count} rows, not ${rows}.`);
  }
  const kept = keptType(name, head.type, form.type);
  const begin = () => data.beginPatch(name, { ...range, count: rows }, body.signal);
  if (!isAsKept(head, kept)) return convert({ name, reader, source: head, kept, body }, begin);
  return write(await begin(), reader, body);
}

async function receiveArrow({ name, body, reader, declaration, begin }: Whole): Promise<DataAnswer> {
  const declared = declaration !== null && isArrayForm(declaration) ? declaration : null;
  const most = body.byteLength ?? UNTOLD_BYTES;
  const release = await conversions.hold(name, 2 * most, body.signal);
  try {
    const bytes = await (body.byteLength === null ? reader.whole(name, most) : reader.exactly(name, most));
    const wish = {
      columns: body.columns ?? null,
      type: declared?.type ?? wantedType(name, body.type),
      dimensions: (body.shape ?? declared?.shape)?.length ?? null,
      maxBytes: MAX_CONVERTED_BYTES,
    };
    const made = await conversions.run({ kind: "arrow", name, bytes, wish });
    const writer = await begin({ type: made.type, shape: body.shape ?? made.shape }, made.bytes.byteLength);
    return await write(writer, made.bytes, body);
  } finally {
    release();
  }
}

type Converting = {
  readonly name: string;
  readonly reader: BodyReader;
  readonly source: SourceArray;
  readonly kept: ElementType;
  readonly body: DataBody;
};

/** RF2. Takes its turn to write only when it has everything, so that it holds up nobody who has. */
async function convert(
  { name, reader, source, kept, body }: Converting,
  begin: (shape: readonly number[], bytes: number) => Promise<DataWriter>,
): Promise<DataAnswer> {
  const count = elementCount(source.shape);
  const byteLength = count * sourceBytes(source.type);
  const release = await conversions.hold(name, byteLength + count * elementBytes(kept), body.signal);
  try {
    const bytes = await reader.exactly(name, byteLength);
    const made = await conversions.run({ kind: "array", name, bytes, source, kept });
    return await write(await begin(made.shape, made.bytes.byteLength), made.bytes, body);
  } finally {
    release();
  }
}

/** Reads the head of a .npy file, and holds the length that was told against it. */
async function readNpyHead(name: string, { byteLength }: DataBody, reader: BodyReader): Promise<NpyHead> {
  const length = npyHeadBytes(await reader.peek(12)) ?? 12;
  const head = parseNpyHead(await reader.peek(length));
  reader.skip(head.headBytes);
  const whole = head.headBytes + elementCount(head.shape) * sourceBytes(head.type);
  if (byteLength === null || byteLength === whole) return head;
  throw new TypeError(`${name} must be ${whole} bytes, as its head says, not ${byteLength}.`);
}

function wantedType(name: string, type: string | undefined): ElementType | null {
  if (type === undefined) return null;
  if (isElementType(type)) return type;
  throw new TypeError(
    `The type of ${name} must be one of those that are kept, not ${JSON.stringify(type.slice(0, 40))}.`,
  );
}

/** RF1, RF3 */
async function write(writer: DataWriter, from: BodyReader | ArrayBuffer, { handed }: DataBody): Promise<DataAnswer> {
  try {
    if (from instanceof ArrayBuffer) await writeSlices(writer, new Uint8Array(from));
    else {
      for await (const chunk of from.rest()) {
        const written = chunk.byteLength > SLICE_BYTES ? writeSlices(writer, chunk) : writer.write(chunk);
        if (written !== undefined) await written;
        from.done(chunk);
      }
    }
    const answer = writer.commit();
    handed?.();
    return await answer;
  } catch (error) {
    writer.abort();
    throw error;
  }
}

async function writeSlices(writer: DataWriter, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; at += SLICE_BYTES) {
    if (at > 0) await nextTurn();
    await writer.write(bytes.subarray(at, at + SLICE_BYTES));
  }
}
