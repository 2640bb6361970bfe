/**
 * Owns the chunks that RTMP sends messages in (Adobe's Real-Time Messaging Protocol 1.0, section 5.3), both ways. Pure.
 *
 * RT1 What a server sends is held only as far as one message of at most `MAX_MESSAGE_BYTES` on each of a few channels; what is
 *     larger, or no RTMP, throws.
 */

export type RtmpMessage = {
  /** The chunk stream that carries it: 2 for control, any other for the rest. */
  readonly channel: number;
  /** The kind of message (section 5.4 and 7.1). */
  readonly type: number;
  /** 0 for the connection, else the stream. */
  readonly stream: number;
  /** In milliseconds; it wraps round after 49 days. */
  readonly at: number;
  readonly payload: Uint8Array;
};

/** What chunks hold before anybody says otherwise. */
const FIRST_CHUNK_BYTES = 128;
const EXTENDED = 0xff_ff_ff;
const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_CHANNELS = 16;
const HEADER_BYTES = [11, 7, 3, 0];

/** A message in chunks of at most `chunkBytes`. */
export function chunksOf({ channel, type, stream, at, payload }: RtmpMessage, chunkBytes: number): Buffer {
  const time = Math.round(at) >>> 0;
  const isExtended = time >= EXTENDED;
  const header = Buffer.alloc(isExtended ? 16 : 12);
  header[0] = channel;
  header.writeUIntBE(isExtended ? EXTENDED : time, 1, 3);
  header.writeUIntBE(payload.length, 4, 3);
  header[7] = type;
  header.writeUInt32LE(stream, 8);
  const next = Buffer.alloc(isExtended ? 5 : 1);
  next[0] = 0xc0 | channel;
  if (isExtended) {
    header.writeUInt32BE(time, 12);
    next.writeUInt32BE(time, 1);
  }
  const parts: Uint8Array[] = [header, payload.subarray(0, chunkBytes)];
  for (let from = chunkBytes; from < payload.length; from += chunkBytes) {
    parts.push(next, payload.subarray(from, from + chunkBytes));
  }
  return Buffer.concat(parts);
}

type Incoming = {
  length: number;
  type: number;
  stream: number;
  at: number;
  isExtended: boolean;
  parts: Buffer[];
  got: number;
};

/** Puts messages together again. */
export class ChunkReader {
  /** How much a chunk holds; a message of type 1 says so. */
  chunkBytes: number = FIRST_CHUNK_BYTES;
  #bytes: Buffer = Buffer.alloc(0);
  readonly #channels = new Map<number, Incoming>();

  /** Each message is handled before the next one is read, as it may change `chunkBytes`. Throws `Error` (RT1). */
  read(bytes: Uint8Array, handle: (message: RtmpMessage) => void): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (;;) {
      const chunk = this.#chunk();
      if (chunk === null) return;
      if (chunk !== "more") handle(chunk);
    }
  }

  /** Null where a chunk is not whole yet, "more" where its message is not. */
  #chunk(): RtmpMessage | "more" | null {
    const bytes = this.#bytes;
    const [first] = bytes;
    if (first === undefined) return null;
    const [format, low] = [first >> 6, first & 0x3f];
    let at = 1 + (low < 2 ? low + 1 : 0);
    const headerBytes = HEADER_BYTES[format] ?? 0;
    if (bytes.length < at + headerBytes) return null;
    const channel = low === 0 ? 64 + (bytes[1] ?? 0) : low === 1 ? 64 + (bytes[1] ?? 0) + 256 * (bytes[2] ?? 0) : low;
    const before = this.#channels.get(channel);
    if (before === undefined && (format !== 0 || this.#channels.size >= MAX_CHANNELS))
      throw new Error("This is no RTMP.");
    const incoming: Incoming = before ?? { length: 0, type: 0, stream: 0, at: 0, isExtended: false, parts: [], got: 0 };
    const header = bytes.subarray(at, at + headerBytes);
    at += headerBytes;
    const time = headerBytes >= 3 ? header.readUIntBE(0, 3) : null;
    const isExtended = time === null ? incoming.isExtended : time === EXTENDED;
    if (isExtended) at += 4;
    const length = headerBytes >= 7 ? header.readUIntBE(3, 3) : incoming.length;
    if (length > MAX_MESSAGE_BYTES) throw new Error("A message is too large.");
    const size = Math.min(this.chunkBytes, length - incoming.got);
    if (bytes.length < at + size) return null;
    if (headerBytes >= 7) incoming.type = header[6] ?? 0;
    if (headerBytes === 11) incoming.stream = header.readUInt32LE(7);
    if (time !== null) incoming.at = time;
    Object.assign(incoming, { length, isExtended });
    this.#channels.set(channel, incoming);
    return this.#take(channel, incoming, at, size);
  }

  #take(channel: number, incoming: Incoming, at: number, size: number): RtmpMessage | "more" {
    incoming.parts.push(Buffer.from(this.#bytes.subarray(at, at + size)));
    incoming.got += size;
    this.#bytes = this.#bytes.subarray(at + size);
    if (incoming.got < incoming.length) return "more";
    const payload = Buffer.concat(incoming.parts);
    incoming.parts = [];
    incoming.got = 0;
    const { type, stream, at: time } = incoming;
    return { channel, type, stream, at: time, payload };
  }
}
