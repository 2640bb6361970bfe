/**
 * Owns the other end of parity packets, written after draft-ietf-payload-flexible-fec-scheme-03 alone: which packets one
 * stands for, and the one of them that is missing.
 */

/** Which packets a parity packet stands for, by their sequence numbers (section 4.2.2.1). */
export function protectedBy(payload: Buffer): { ssrc: number; sequences: number[]; headBytes: number } {
  if ((payload.readUInt8(0) & 0xc0) !== 0 || payload.readUInt8(8) !== 1)
    throw new Error("not a flexible mask of one stream");
  const base = payload.readUInt16BE(16);
  const bits: number[] = [];
  const parts = [
    [18, 15],
    [20, 31],
    [24, 63],
  ] as const;
  for (const [at, count] of parts) {
    const text = [...payload.subarray(at, at + (count + 1) / 8)]
      .map((byte) => byte.toString(2).padStart(8, "0"))
      .join("");
    bits.push(...[...text.slice(1)].map(Number));
    if (text.startsWith("1")) {
      const sequences = bits.flatMap((bit, offset) => (bit === 1 ? [(base + offset) & 0xffff] : []));
      return { ssrc: payload.readUInt32BE(12), sequences, headBytes: at + (count + 1) / 8 };
    }
  }
  throw new Error("a mask without end");
}

/** The packet that is missing of those a parity packet stands for, from the others (sections 6.3.2 and 6.3.3). */
export function recover(payload: Buffer, packets: ReadonlyMap<number, Buffer>): Buffer {
  const { ssrc, sequences, headBytes } = protectedBy(payload);
  const missing = sequences.filter((sequence) => !packets.has(sequence));
  const [sequence] = missing;
  if (sequence === undefined || missing.length > 1) throw new Error(`${missing.length} packets are missing`);
  const others = sequences.flatMap((one) => packets.get(one) ?? []);
  const bits = others.reduce(
    (mixed, packet) => xor(mixed, Buffer.concat([packet.subarray(0, 2), lengthOf(packet), packet.subarray(4, 8)])),
    payload.subarray(0, 8),
  );
  const body = others.reduce((mixed, packet) => xor(mixed, packet.subarray(12)), payload.subarray(headBytes));
  const fixed = Buffer.alloc(12);
  fixed.writeUInt8((bits.readUInt8(0) & 0x3f) | 0x80, 0);
  fixed.writeUInt8(bits.readUInt8(1), 1);
  fixed.writeUInt16BE(sequence, 2);
  bits.copy(fixed, 4, 4, 8);
  fixed.writeUInt32BE(ssrc, 8);
  return Buffer.concat([fixed, body.subarray(0, bits.readUInt16BE(2))]);
}

function lengthOf(packet: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(packet.length - 12);
  return length;
}

/** As long as the longer one. */
function xor(one: Buffer, other: Buffer): Buffer {
  const length = Math.max(one.length, other.length);
  return Buffer.from(Array.from({ length }, (_, at) => (one[at] ?? 0) ^ (other[at] ?? 0)));
}
