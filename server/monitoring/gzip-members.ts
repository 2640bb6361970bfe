/**
 * Owns files of gzip members (RFC 1952) to which members are appended: each is whole by itself, so that of a file that was cut
 * only what is behind its last whole member is lost. Main process.
 *
 * GM1 each member carries its own length in an extra field, `SC` (section 2.3.1.1), so the members of a file are found without
 *     inflating them.
 * GM2 a file that is not empty and does not begin as such a member does is somebody else's, and is not touched.
 */

import { promisify } from "node:util";
import { crc32, deflateRaw, gunzipSync, inflateRawSync, constants as zlib } from "node:zlib";

/** ID1 ID2 CM FLG=FEXTRA MTIME=0 XFL OS=unknown XLEN=8 SI1 SI2 LEN=4; the length of the member follows. */
const HEAD = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 8, 0, 0x53, 0x43, 4, 0]);
const HEAD_BYTES: number = HEAD.length + 4;
const TRAILER_BYTES = 8;
/** What a member may hold at most; many times what is ever written in one. */
const MAX_MEMBER_BYTES: number = 64 * 1024 * 1024;

const deflated = promisify<Uint8Array, Buffer>(deflateRaw);

/** Makes a member that holds `content`; compressed in a thread of the pool. */
export async function gzipMember(content: Uint8Array): Promise<Buffer> {
  const body = await deflated(content);
  const member = Buffer.alloc(HEAD_BYTES + body.length + TRAILER_BYTES);
  HEAD.copy(member);
  member.writeUInt32LE(member.length, HEAD.length);
  body.copy(member, HEAD_BYTES);
  member.writeUInt32LE(crc32(content), member.length - TRAILER_BYTES);
  member.writeUInt32LE(content.byteLength, member.length - 4);
  return member;
}

/** Reads the bytes of a file from `at`; fewer where it ends. */
export type ReadAt = (at: number, length: number) => Uint8Array;

/** Where the last whole member of a file ends; null where the file is not one of such members (GM2). */
export function endOfMembers(size: number, read: ReadAt): number | null {
  const begun = read(0, Math.min(size, HEAD.length));
  if (!HEAD.subarray(0, begun.byteLength).equals(begun)) return null;
  const starts: number[] = [];
  let end = 0;
  for (;;) {
    const length = lengthIn(read(end, HEAD_BYTES));
    if (length === null || end + length > size) break;
    starts.push(end);
    end += length;
  }
  // A machine that fell may have kept the length of the file and not what was written last.
  for (let start = starts.pop(); start !== undefined; start = starts.pop()) {
    if (contentOf(read(start, end - start)) !== null) return end;
    end = start;
  }
  return 0;
}

/**
 * The text in a file of gzip members, of ours or of any other gzip's, a piece at a time; of one that was cut, what is whole. Throws
 * `TypeError` where it is no gzip file.
 */
export function* textIn(file: Uint8Array): Generator<string> {
  const decoder = new TextDecoder();
  let at = 0;
  while (at < file.byteLength) {
    const length = lengthIn(file.subarray(at, at + HEAD_BYTES));
    const content = length === null ? null : contentOf(file.subarray(at, at + length));
    if (content === null || length === null) break;
    yield decoder.decode(content, { stream: true });
    at += length;
  }
  const isOurs = at > 0 || HEAD.subarray(0, file.byteLength).equals(file.subarray(0, HEAD.length));
  yield isOurs ? decoder.decode() : decoder.decode(inflated(file));
}

function inflated(file: Uint8Array): Buffer {
  try {
    // What was cut gives what there is.
    return gunzipSync(file, { finishFlush: zlib.Z_SYNC_FLUSH });
  } catch {
    throw new TypeError("it is not a gzip file.");
  }
}

/** The length of the member that begins so; null where none of ours does. */
function lengthIn(head: Uint8Array): number | null {
  if (head.byteLength < HEAD_BYTES || !HEAD.equals(head.subarray(0, HEAD.length))) return null;
  const length = new DataView(head.buffer, head.byteOffset).getUint32(HEAD.length, true);
  return length >= HEAD_BYTES + TRAILER_BYTES ? length : null;
}

/** What is in a member; null where it is not whole. */
function contentOf(member: Uint8Array): Buffer | null {
  const trailer = new DataView(member.buffer, member.byteOffset + member.byteLength - TRAILER_BYTES);
  try {
    const body = member.subarray(HEAD_BYTES, member.byteLength - TRAILER_BYTES);
    const content = inflateRawSync(body, { maxOutputLength: MAX_MEMBER_BYTES });
    const isWhole = content.length === trailer.getUint32(4, true) && crc32(content) === trailer.getUint32(0, true);
    return isWhole ? content : null;
  } catch {
    return null;
  }
}
