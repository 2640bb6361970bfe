/** Owns finding out whether an MP4 or a QuickTime movie is to be shown in another way than it lies there (ISO/IEC 14496-12 section 8.6.6). Pure. */

/** Reads bytes of a file; fewer at its end. */
export type ReadBytes = (position: number, length: number) => Promise<Uint8Array>;

const MAX_BOXES = 10_000;
const MAX_MOOV_BYTES = 2 ** 28;
const containers = ["trak", "edts"];

/** Whether each track has one edit at most, beside an empty one that delays it. True of other formats. */
export async function hasPlainEdits(read: ReadBytes): Promise<boolean> {
  let position = 0;
  for (let count = 0; count < MAX_BOXES; count += 1) {
    const head = await read(position, 16);
    const box = boxIn(head, 0);
    // The box that takes the rest of the file, or no box at all.
    if (box === null || box.size < box.headSize) return true;
    if (box.type === "moov") {
      if (box.size > MAX_MOOV_BYTES) return false;
      return listsIn(await read(position + box.headSize, box.size - box.headSize)).every(isPlain);
    }
    position += box.size;
  }
  return false;
}

type Edit = { readonly isEmpty: boolean; readonly rate: number };

function isPlain(edits: readonly Edit[]): boolean {
  const media = edits.filter(({ isEmpty }) => !isEmpty);
  return media.length <= 1 && media.every(({ rate }) => rate === 1);
}

/** The edit lists in the boxes that lie in `bytes`. */
function listsIn(bytes: Uint8Array): Edit[][] {
  const lists: Edit[][] = [];
  for (let at = 0; ; ) {
    const box = boxIn(bytes, at);
    if (box === null || box.size < box.headSize || at + box.size > bytes.byteLength) return lists;
    const content = bytes.subarray(at + box.headSize, at + box.size);
    if (box.type === "elst") lists.push(editsIn(content));
    else if (containers.includes(box.type)) lists.push(...listsIn(content));
    at += box.size;
  }
}

function editsIn(bytes: Uint8Array): Edit[] {
  const view = viewOf(bytes);
  const isWide = view.getUint8(0) === 1;
  const length = isWide ? 20 : 12;
  const count = Math.min(view.getUint32(4), Math.floor((bytes.byteLength - 8) / length));
  return Array.from({ length: count }, (_, index) => {
    const at = 8 + index * length;
    const time = isWide ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4);
    return { isEmpty: time === -1, rate: view.getInt32(at + length - 4) / 65_536 };
  });
}

function boxIn(bytes: Uint8Array, at: number): { type: string; size: number; headSize: number } | null {
  if (at + 8 > bytes.byteLength) return null;
  const view = viewOf(bytes);
  const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
  const size = view.getUint32(at);
  if (size !== 1) return { type, size, headSize: 8 };
  return at + 16 > bytes.byteLength ? null : { type, size: Number(view.getBigUint64(at + 8)), headSize: 16 };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
