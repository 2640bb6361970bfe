/** Owns H.264 as FLV has it: NAL units with their lengths before them, and what decoders need first by itself. Pure. */

const NAL = { sps: 7, pps: 8, delimiter: 9 } as const;

export type AvcPicture = {
  /** AVCDecoderConfigurationRecord (ISO 14496-15, 5.3.3.1); null where the picture brings none. */
  readonly configuration: Buffer | null;
  /** Its other units. */
  readonly units: Buffer;
};

/** Takes a picture in Annex B apart. */
export function avcPictureOf(annexB: Uint8Array): AvcPicture {
  const sets: Uint8Array[] = [];
  const parts: Uint8Array[] = [];
  for (const unit of unitsOf(annexB)) {
    if (isSet(unit)) sets.push(unit);
    else if (((unit[0] ?? 0) & 0x1f) !== NAL.delimiter) parts.push(lengthOf(unit, 4), unit);
  }
  return { configuration: configurationOf(sets), units: Buffer.concat(parts) };
}

/** AVCDecoderConfigurationRecord of a key frame in Annex B; null where it brings none. Copies nothing of the picture. */
export function avcConfigurationOf(annexB: Uint8Array): Buffer | null {
  return configurationOf([...unitsOf(annexB)].filter((unit) => isSet(unit)));
}

/** The NAL units between the start codes. */
function* unitsOf(bytes: Uint8Array): Generator<Uint8Array> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const code = Buffer.of(0, 0, 1);
  let begin = view.indexOf(code);
  while (begin >= 0) {
    const next = view.indexOf(code, begin + 3);
    let end = next < 0 ? view.length : next;
    // Zeros before a start code belong to it.
    while (end > begin + 3 && view[end - 1] === 0) end -= 1;
    if (end > begin + 3) yield view.subarray(begin + 3, end);
    begin = next;
  }
}

function isSet(unit: Uint8Array): boolean {
  const type = (unit[0] ?? 0) & 0x1f;
  return type === NAL.sps || type === NAL.pps;
}

function configurationOf(sets: readonly Uint8Array[]): Buffer | null {
  const ofType = (type: number) => sets.filter((unit) => ((unit[0] ?? 0) & 0x1f) === type);
  const [sps, pps] = [ofType(NAL.sps), ofType(NAL.pps)];
  const [first] = sps;
  if (first === undefined || pps.length === 0) return null;
  const [, profile = 0, compatibility = 0, level = 0] = first;
  const withLengths = (units: readonly Uint8Array[]) => units.flatMap((unit) => [lengthOf(unit, 2), unit]);
  return Buffer.concat([
    // Version 1, and lengths of four bytes.
    Buffer.of(1, profile, compatibility, level, 0xff, 0xe0 | sps.length),
    ...withLengths(sps),
    Buffer.of(pps.length),
    ...withLengths(pps),
  ]);
}

function lengthOf(unit: Uint8Array, bytes: 2 | 4): Buffer {
  const length = Buffer.alloc(bytes);
  length.writeUIntBE(unit.length, 0, bytes);
  return length;
}
