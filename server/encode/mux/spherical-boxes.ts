/**
 * Owns the boxes of an MP4 that say that its video shows all around, for players and for those who ask a file. Pure.
 *
 * In the entry of the video's sample description stand `st3d` and `sv3d` (Spherical Video V2 RFC, Google's spatial-media); for players
 * that know the first version alone its track has XML in a box of a type of its own (Spherical Video RFC). That version knows no cube.
 */

/** How the sphere lies in a picture: `cubemap` is layout 0 of the RFC, right, left, up over down, front, back. */
export type SphericalProjection = "equirectangular" | "cubemap";

type Box = {
  readonly type: string;
  /** What stands before the boxes in it; all that there is in one that has none. */
  readonly head: Uint8Array;
  readonly boxes: readonly Box[] | null;
};

const containers: ReadonlySet<string> = new Set(["moov", "trak", "mdia", "minf", "stbl"]);
const HEADER_BYTES = 8;
/** Version, flags and the count of entries. */
const DESCRIPTION_BYTES = 8;
/** Of an entry of video before its boxes (ISO/IEC 14496-12, VisualSampleEntry). */
const ENTRY_BYTES = 78;
const XML_TYPE = Buffer.from("ffcc8263f8554a938814587a02521fdd", "hex");
const SOFTWARE = "Scenecast";
const MAX_OFFSET = 0xffffffff;

const xml = `<?xml version="1.0"?><rdf:SphericalVideo
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns:GSpherical="http://ns.google.com/videos/1.0/spherical/">\
<GSpherical:Spherical>true</GSpherical:Spherical>\
<GSpherical:Stitched>true</GSpherical:Stitched>\
<GSpherical:StitchingSoftware>${SOFTWARE}</GSpherical:StitchingSoftware>\
<GSpherical:ProjectionType>equirectangular</GSpherical:ProjectionType>\
</rdf:SphericalVideo>`;

/**
 * The index of an MP4, its box `moov`, with what says that the first video shows all around in place of what said so before. `shiftOf`
 * is how far the samples move, in bytes, for the size that the new index has. Throws `RangeError` where it is none.
 */
export function sphericalIndex(
  moov: Uint8Array,
  projection: SphericalProjection,
  shiftOf: (size: number) => number,
): Uint8Array {
  const [index] = parse(moov);
  if (index?.type !== "moov" || index.boxes === null) throw new RangeError("This is no index of an MP4.");
  const video = index.boxes.find((box) => box.type === "trak" && isVideo(box));
  if (video === undefined) throw new RangeError("There is no video in this MP4.");
  const boxes = index.boxes.map((box) => (box === video ? marked(box, projection) : box));
  const whole = { ...index, boxes };
  const shift = shiftOf(bytesOf(whole).length);
  return bytesOf(shift === 0 ? whole : shifted(whole, shift));
}

function marked(track: Box, projection: SphericalProjection): Box {
  const described = within(track, ["mdia", "minf", "stbl", "stsd"], ({ type, head }) => {
    const entries = parse(head.subarray(DESCRIPTION_BYTES)).map((entry) => markedEntry(entry, projection));
    return { type, head: head.subarray(0, DESCRIPTION_BYTES), boxes: entries };
  });
  const others = (described.boxes ?? []).filter((box) => !isXml(box));
  return { ...described, boxes: projection === "equirectangular" ? [...others, xmlBox()] : others };
}

function markedEntry({ type, head }: Box, projection: SphericalProjection): Box {
  const others = parse(head.subarray(ENTRY_BYTES)).filter((box) => box.type !== "st3d" && box.type !== "sv3d");
  return { type, head: head.subarray(0, ENTRY_BYTES), boxes: [...others, ...sphereBoxes(projection)] };
}

/** Changes the box at the end of a path. */
function within(box: Box, [next, ...path]: readonly string[], change: (box: Box) => Box): Box {
  if (next === undefined) return change(box);
  return { ...box, boxes: (box.boxes ?? []).map((one) => (one.type === next ? within(one, path, change) : one)) };
}

function sphereBoxes(projection: SphericalProjection): readonly Box[] {
  const source = Buffer.from(`\0\0\0\0${SOFTWARE}\0`);
  // Version and flags, then yaw, pitch and roll; or the bounds that are cut off, which are none; or layout and padding.
  const [pose, bounds, layout] = [Buffer.alloc(4 + 12), Buffer.alloc(4 + 16), Buffer.alloc(4 + 8)];
  const kind = projection === "equirectangular" ? leaf("equi", bounds) : leaf("cbmp", layout);
  const projected: Box = { type: "proj", head: empty, boxes: [leaf("prhd", pose), kind] };
  // Version, flags, and the mode of stereo: none.
  return [leaf("st3d", Buffer.alloc(5)), { type: "sv3d", head: empty, boxes: [leaf("svhd", source), projected] }];
}

const empty: Uint8Array = new Uint8Array();

function leaf(type: string, head: Uint8Array): Box {
  return { type, head, boxes: null };
}

function xmlBox(): Box {
  return leaf("uuid", Buffer.concat([XML_TYPE, Buffer.from(xml)]));
}

function isXml({ type, head }: Box): boolean {
  return type === "uuid" && XML_TYPE.equals(head.subarray(0, XML_TYPE.length));
}

function isVideo(track: Box): boolean {
  const media = track.boxes?.find(({ type }) => type === "mdia");
  const handler = media?.boxes?.find(({ type }) => type === "hdlr");
  return handler !== undefined && Buffer.from(handler.head.subarray(8, 12)).toString("latin1") === "vide";
}

function shifted(box: Box, shift: number): Box {
  if (box.type === "stco" || box.type === "co64") return leaf(box.type, shiftedOffsets(box, shift));
  return { ...box, boxes: box.boxes?.map((one) => shifted(one, shift)) ?? null };
}

function shiftedOffsets({ type, head }: Box, shift: number): Uint8Array {
  const bytes = Buffer.from(head);
  const width = type === "stco" ? 4 : 8;
  for (let at = 8; at + width <= bytes.length; at += width) {
    if (width === 8) bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at) + BigInt(shift), at);
    else {
      const offset = bytes.readUInt32BE(at) + shift;
      if (offset > MAX_OFFSET) throw new RangeError("The file is too large for its index.");
      bytes.writeUInt32BE(offset, at);
    }
  }
  return bytes;
}

/** The boxes of some bytes; of what has none but bytes of its own those. */
function parse(bytes: Uint8Array): readonly Box[] {
  const boxes: Box[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < buffer.length; ) {
    const size = at + HEADER_BYTES <= buffer.length ? buffer.readUInt32BE(at) : 0;
    if (size < HEADER_BYTES || at + size > buffer.length) throw new RangeError("A box of the MP4 is cut off.");
    const type = buffer.toString("latin1", at + 4, at + 8);
    const body = bytes.subarray(at + HEADER_BYTES, at + size);
    boxes.push(containers.has(type) ? { type, head: empty, boxes: parse(body) } : leaf(type, body));
    at += size;
  }
  return boxes;
}

function bytesOf({ type, head, boxes }: Box): Uint8Array {
  const inside = Buffer.concat([head, ...(boxes ?? []).map(bytesOf)]);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(HEADER_BYTES + inside.length, 0);
  header.write(type, 4, "latin1");
  return Buffer.concat([header, inside]);
}
