/**
 * Owns the frame of Apache Arrow's formats: that what comes is messages whose lengths are right (Arrow columnar format, "Encapsulated
 * message format"). Its library believes them, and reads for ever where they are not. On the conversion thread. Pure.
 */

import { ByteBuffer } from "flatbuffers";

const CONTINUATION = -1;
const MAGIC = "ARROW1";
/** Where a message says what it is and how long the body behind it, in the table of its fields. */
const KIND_FIELD = 6;
const BODY_LENGTH_FIELD = 10;
const SCHEMA = 1;

const lengthOf = ByteBuffer.prototype.__vector_len;
// It believes whatever length a list says it has, and would read a thousand million entries behind the end of what there is.
ByteBuffer.prototype.__vector_len = function (this: ByteBuffer, offset: number): number {
  const length = lengthOf.call(this, offset);
  if (length >= 0 && length <= this.capacity()) return length;
  throw new RangeError("a list in it is longer than it");
};

/**
 * The whole messages of a stream, or of a file, which is one with something around it. A file that does not begin with its schema, as
 * Arrow's library for JavaScript writes them, can only be read by its footer, and is given back as it is; `needsFooter` says so. Throws
 * `RangeError` saying what is wrong with them.
 */
export function arrowMessages(bytes: Uint8Array): { readonly messages: Uint8Array; readonly needsFooter: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [start, end] = isFile(bytes) ? [8, endOfFile(bytes, view)] : [0, bytes.byteLength];
  let [at, needsFooter] = [start, false];
  while (at + 4 <= end) {
    const isMarked = view.getInt32(at, true) === CONTINUATION;
    const head = at + (isMarked ? 8 : 4);
    if (head > end) break;
    const length = view.getInt32(head - 4, true);
    if (length === 0) break;
    if (length < 8 || head + length > end) throw new RangeError("a message in it is longer than it");
    const { kind, body } = headOf(bytes.subarray(head, head + length));
    if (!(body >= 0 && head + length + body <= end)) throw new RangeError("a body in it is longer than it");
    if (at === start && start > 0) needsFooter = kind !== SCHEMA;
    at = head + length + body;
  }
  return { messages: needsFooter ? bytes : bytes.subarray(start, at), needsFooter };
}

function isFile(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(0, 6)) === MAGIC;
}

/** Where the footer begins: before its length and the magic word. */
function endOfFile(bytes: Uint8Array, view: DataView): number {
  const tail = bytes.byteLength - 10;
  const footer = tail < 8 ? -1 : view.getInt32(tail, true);
  if (footer < 0 || tail - footer < 8) throw new RangeError("it has no end");
  return tail - footer;
}

/** What a message is, and how long the body behind it. */
function headOf(metadata: Uint8Array): { readonly kind: number; readonly body: number } {
  const buffer = new ByteBuffer(metadata);
  const table = buffer.readInt32(0);
  const fields = table < 4 || table + 4 > metadata.byteLength ? -1 : table - buffer.readInt32(table);
  if (fields < 0 || fields + 4 > metadata.byteLength) throw new RangeError("a message in it is none");
  const placeOf = (field: number, bytes: number): number | null => {
    const place = buffer.__offset(table, field);
    if (place === 0) return null;
    if (table + place + bytes > metadata.byteLength) throw new RangeError("a message in it is none");
    return table + place;
  };
  const [kind, body] = [placeOf(KIND_FIELD, 1), placeOf(BODY_LENGTH_FIELD, 8)];
  return {
    kind: kind === null ? 0 : buffer.readUint8(kind),
    body: body === null ? 0 : Number(buffer.readInt64(body)),
  };
}
