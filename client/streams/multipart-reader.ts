/**
 * Owns taking a `multipart/x-mixed-replace` response (RFC 2046 section 5.1) apart as it comes in. Pure. A part is whole
 * with the boundary behind it.
 */

/** Longer than any picture. */
const MAX_PART_BYTES = 64 * 1024 * 1024;

/** The boundary that the Content-Type of such a response names; null without one. */
export function boundaryOf(contentType: string | null): string | null {
  const match = /^(?:multipart\/x-mixed-replace|application\/octet-stream) *;.*\bboundary="?([^";]+)/i.exec(
    contentType ?? "",
  );
  return match?.[1] ?? null;
}

export class MultipartReader {
  /** Comes before each boundary but the first, which no part precedes. */
  readonly #delimiter: Uint8Array;
  #buffer = new Uint8Array(64 * 1024);
  #size = 0;
  /** Up to here there is no whole delimiter. */
  #searched = 0;

  constructor(boundary: string) {
    this.#delimiter = new TextEncoder().encode(`\r\n--${boundary}`);
    this.#append(Uint8Array.of(13, 10));
  }

  /** Takes bytes as they come. Gives the contents of the parts that are whole now. Throws `TypeError` at too long a part. */
  read(chunk: Uint8Array): Uint8Array<ArrayBuffer>[] {
    this.#append(chunk);
    const contents: Uint8Array<ArrayBuffer>[] = [];
    let begin = 0;
    for (let end = this.#findDelimiter(); end !== null; end = this.#findDelimiter()) {
      const content = contentOf(this.#buffer.subarray(begin, end));
      if (content !== null) contents.push(content);
      begin = end + this.#delimiter.length;
      this.#searched = begin;
    }
    this.#buffer.copyWithin(0, begin, this.#size);
    this.#size -= begin;
    this.#searched -= begin;
    return contents;
  }

  #append(chunk: Uint8Array): void {
    const size = this.#size + chunk.byteLength;
    if (size > MAX_PART_BYTES) throw new TypeError(`part must have at most ${MAX_PART_BYTES} bytes.`);
    if (size > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(size, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(0, this.#size));
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#size);
    this.#size = size;
  }

  #findDelimiter(): number | null {
    const [delimiter, last] = [this.#delimiter, this.#size - this.#delimiter.length];
    while (this.#searched <= last) {
      const at = this.#buffer.indexOf(13, this.#searched);
      if (at < 0 || at > last) break;
      if (delimiter.every((byte, index) => this.#buffer[at + index] === byte)) return at;
      this.#searched = at + 1;
    }
    this.#searched = Math.max(this.#searched, last + 1);
    return null;
  }
}

/** What stands behind the header of a part; null for what comes before the first boundary. */
function contentOf(part: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  for (let at = part.indexOf(13); at >= 0; at = part.indexOf(13, at + 1)) {
    if (part[at + 1] === 10 && part[at + 2] === 13 && part[at + 3] === 10) return part.slice(at + 4);
  }
  return null;
}
