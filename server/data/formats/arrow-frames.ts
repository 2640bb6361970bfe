/**
 * Owns the frame of Apache Arrow's formats: that what comes is messages whose lengths are right (Arrow columnar format, "Encapsulated
 * message format"). Its library believes them, and reads for ever where they are not. On the conversion thread. Pure.
 */

import { ByteBuffer } from "flatbuffers";

const CONTINUATION = -1;
const MAGIC = "ARROW1";
/** Where a message says how long the body behind it is, in the table of its fields. */
const BODY_LENGTH_FIELD = 10;

const lengthOf = ByteBuffer.prototype.__vector_len;
// It believes whatever length a list says it has, and would read a thousand million entries behind the end of what there is.
ByteBuffer.prototype.__vector_len = function (this: ByteBuffer, offset: number): number {
  const length = lengthOf.call(this, offset);
  if (length >= 0 && length <= this.capacity()) return length;
  throw new RangeError("a list in it is longer than it");
};

/**
 * The whole messages of a stream. A file, which its footer takes apart, is given back as it is if those in it are right. Throws `RangeError`
 * saying what is wrong with them.
 */
export function arrowMessages(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isWhole = isFile(bytes);
  const end = isWhole ? endOfFile(bytes, view) : bytes.byteLength;
  let at = isWhole ? 8 : 0;
  while (at + 4 <= end) {
    const isMarked = view.getInt32(at, true) === CONTINUATION;
    const head = at + (isMarked ? 8 : 4);
    if (head > end) break;
    const length = view.getInt32(head - 4, true);
    if (length === 0) break;
    if (length < 8 || head + length > end) throw new RangeError("a message in it is longer than it");
    const body = bodyLength(bytes.subarray(head, head + length));
    if (!(body >= 0 && head + length + body <= end))
      throw new RangeError("the body of a message in it is longer than it");
    at = head + length + body;
  }
  return isWhole ? bytes : bytes.subarray(0, at);
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

function bodyLength(metadata: Uint8Array): number {
  const buffer = new ByteBuffer(metadata);
  const table = buffer.readInt32(0);
  if (table < 4 || table + 4 > metadata.byteLength) throw new RangeError("a message in it is none");
  const fields = table - buffer.readInt32(table);
  if (fields < 0 || fields + 4 > metadata.byteLength) throw new RangeError("a message in it is none");
  const field = buffer.__offset(table, BODY_LENGTH_FIELD);
  if (field === 0) return 0;
  if (table + field + 8 > metadata.byteLength) throw new RangeError("a message in it is none");
  return Number(buffer.readInt64(table + field));
}
