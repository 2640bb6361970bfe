/** Owns AMF0, the notation of commands in RTMP (Action Message Format 0, Adobe 2007), as far as publishing needs it. Pure. */

export type AmfValue = number | boolean | string | null | { readonly [key: string]: AmfValue };

const markers = { number: 0, boolean: 1, string: 2, object: 3, null: 5, undefined: 6, array: 8, end: 9, list: 10 };
const MAX_DEPTH = 8;

export function encodeAmf(values: readonly AmfValue[]): Buffer {
  return Buffer.concat(values.map(encodeValue));
}

/** Reads as many values as there are. Throws `Error` on what it does not know. */
export function decodeAmf(bytes: Buffer): AmfValue[] {
  const reader = new AmfReader(bytes);
  const values: AmfValue[] = [];
  while (!reader.isAtEnd) values.push(reader.value(0));
  return values;
}

function encodeValue(value: AmfValue): Buffer {
  if (value === null) return Buffer.of(markers.null);
  switch (typeof value) {
    case "number": {
      const bytes = Buffer.alloc(9);
      bytes[0] = markers.number;
      bytes.writeDoubleBE(value, 1);
      return bytes;
    }
    case "boolean":
      return Buffer.of(markers.boolean, value ? 1 : 0);
    case "string":
      return Buffer.concat([Buffer.of(markers.string), encodeText(value)]);
    case "object": {
      const fields = Object.entries(value).flatMap(([key, field]) => [encodeText(key), encodeValue(field)]);
      return Buffer.concat([Buffer.of(markers.object), ...fields, Buffer.of(0, 0, markers.end)]);
    }
  }
}

function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

class AmfReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  value(depth: number): AmfValue {
    if (depth > MAX_DEPTH) throw new Error("AMF0 is too deep.");
    const marker = this.#take(1)[0];
    switch (marker) {
      case markers.number:
        return this.#take(8).readDoubleBE();
      case markers.boolean:
        return this.#take(1)[0] !== 0;
      case markers.string:
        return this.#text();
      case markers.object:
        return this.#object(depth);
      case markers.null:
      case markers.undefined:
        return null;
      case markers.array:
        this.#take(4);
        return this.#object(depth);
      case markers.list:
        return this.#list(depth);
      default:
        throw new Error(`AMF0 has a value of the unknown kind ${marker}.`);
    }
  }

  #object(depth: number): AmfValue {
    const fields: [string, AmfValue][] = [];
    for (;;) {
      const key = this.#text();
      if (key === "" && this.#bytes[this.#at] === markers.end) {
        this.#at += 1;
        return Object.fromEntries(fields);
      }
      fields.push([key, this.value(depth + 1)]);
    }
  }

  #list(depth: number): AmfValue {
    const length = this.#take(4).readUInt32BE();
    const fields: [string, AmfValue][] = [];
    for (let index = 0; index < length; index += 1) fields.push([String(index), this.value(depth + 1)]);
    return Object.fromEntries(fields);
  }

  #text(): string {
    return this.#take(this.#take(2).readUInt16BE()).toString();
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error("AMF0 ends in the middle.");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
