import { expect, test } from "vitest";
import { hasPlainEdits } from "../../../../server/movies/edit-lists.ts";

function box(type: string, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length + 8);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, content]);
}

function elst(...edits: readonly (readonly [duration: number, time: number, rate: number])[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(edits.length, 4);
  const entries = edits.map(([duration, time, rate]) => {
    const entry = Buffer.alloc(12);
    entry.writeUInt32BE(duration);
    entry.writeInt32BE(time, 4);
    entry.writeInt32BE(rate * 65_536, 8);
    return entry;
  });
  return box("elst", head, ...entries);
}

const movie = (list: Buffer): Buffer =>
  Buffer.concat([
    box("ftyp"),
    box("mdat", Buffer.alloc(1000)),
    box("moov", box("mvhd"), box("trak", box("tkhd"), box("edts", list))),
  ]);

async function isPlain(file: Buffer): Promise<boolean> {
  return await hasPlainEdits(async (position, length) => file.subarray(position, position + length));
}

test("a beginning and a delay are plain, cuts and other speeds are not", async () => {
  expect(await isPlain(movie(elst([100, 0, 1])))).toBe(true);
  expect(await isPlain(movie(elst([50, -1, 1], [100, 20, 1])))).toBe(true);
  expect(await isPlain(movie(elst([100, 0, 1], [100, 200, 1])))).toBe(false);
  expect(await isPlain(movie(elst([100, 0, 0])))).toBe(false);
});

test("what is no MP4 has none, and what is broken is not believed", async () => {
  expect(await isPlain(Buffer.from([0x1a, 0x45, 0xdf, 0xa3, ...Buffer.alloc(40)]))).toBe(true);
  expect(await isPlain(Buffer.alloc(0))).toBe(true);
  const many = Buffer.concat(Array.from({ length: 10_001 }, () => box("free")));
  expect(await isPlain(many)).toBe(false);
});
