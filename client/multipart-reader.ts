/**
 * Owns taking a `multipart/x-mixed-replace` response of the server apart as it comes in. Pure. The server gives every part
 * its Content-Length, so that nothing has to be searched for a boundary.
 */

/** Longer than any picture, and than any header of a part. */
const MOST_PART_BYTES = 64 * 1024 * 1024;
const MOST_HEADER_BYTES = 4096;

const decoder = new TextDecoder("latin1");

export class MultipartReader {
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  /** The length of the part whose header has been read; null before. */
  #length: number | null = null;

  /** Takes bytes as they come. Gives the parts that are whole now. Throws `TypeError` when it is no such response. */
  read(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
    this.#chunks.push(chunk);
    this.#size += chunk.byteLength;
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (;;) {
      this.#length ??= this.#readHeader();
      if (this.#length === null || this.#size < this.#length) return parts;
      parts.push(this.#take(this.#length));
      this.#length = null;
    }
  }

  /** Takes everything up to the empty line behind a header. Gives its Content-Length, null before all of it is there. */
  #readHeader(): number | null {
    const bytes = this.#joined();
    const text = decoder.decode(bytes.subarray(0, MOST_HEADER_BYTES));
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      if (text.length === MOST_HEADER_BYTES) throw new TypeError("part header must end.");
      return null;
    }
    const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, end))?.[1] ?? Number.NaN);
    if (!(length >= 0 && length <= MOST_PART_BYTES)) throw new TypeError("part header must have a Content-Length.");
    this.#take(end + 4);
    return length;
  }

  #take(length: number): Uint8Array<ArrayBuffer> {
    const bytes = this.#joined();
    this.#chunks = [bytes.subarray(length)];
    this.#size -= length;
    return bytes.subarray(0, length);
  }

  /** Copies each byte once for each part, as it is asked for only when there is enough. */
  #joined(): Uint8Array<ArrayBuffer> {
    const [first] = this.#chunks;
    if (this.#chunks.length === 1 && first !== undefined) return first;
    const bytes = new Uint8Array(this.#size);
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.byteLength;
    }
    this.#chunks = [bytes];
    return bytes;
  }
}
