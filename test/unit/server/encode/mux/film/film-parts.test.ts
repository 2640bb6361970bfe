/** Pictures that a camera took on its side, and the journal of a track that was left half done. */

import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pictureTurn } from "../../../../../../server/encode/mux/film/picture-turn.ts";
import { CannotGoOn, TrackFolder } from "../../../../../../server/encode/mux/film/track-folder.ts";

const root = mkdtempSync(join(tmpdir(), "scenecast-track-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function matrix(a: number, b: number, c: number, d: number): Buffer {
  const bytes = Buffer.alloc(36);
  const numbers = [a, b, 0, c, d, 0, 0, 0, 1 << 14];
  for (const [at, number] of numbers.entries()) bytes.writeInt32LE(number * (at === 8 ? 1 : 65_536), at * 4);
  return bytes;
}

test.each([
  [matrix(1, 0, 0, 1), "", false],
  [matrix(0, 1, -1, 0), "transpose=clock,", true],
  [matrix(-1, 0, 0, -1), "hflip,vflip,", false],
  [matrix(0, -1, 1, 0), "transpose=cclock,", true],
  [matrix(1, 0, 0, -1), "vflip,", false],
])("a turn is read off the matrix (%#)", (bytes, filters, isOnSide) => {
  expect(pictureTurn(bytes)).toEqual({ filters, isOnSide });
});

test("without a matrix nothing is turned", () => {
  expect(pictureTurn(null)).toEqual({ filters: "", isOnSide: false });
  expect(pictureTurn(Buffer.alloc(8))).toEqual({ filters: "", isOnSide: false });
});

/** A track with three segments. */
function madeTrack(name: string): string {
  const path = join(root, name);
  const track = new TrackFolder(path);
  track.writeHeader(Buffer.from("header"));
  for (const at of [0, 1, 2]) track.add(Buffer.alloc(10 + at), { start: at * 6, end: at * 6 + 6, count: 3 });
  return path;
}

test("TJ1, TJ2: what the journal says is there; a line that was cut off and a file of another size are not believed", () => {
  const path = madeTrack("one");
  expect(new TrackFolder(path).segments).toHaveLength(3);
  appendFileSync(join(path, "journal"), "[18,24,");
  expect(new TrackFolder(path).segments).toHaveLength(3);
  writeFileSync(join(path, "00001.m4s"), "short");
  expect(new TrackFolder(path).segments).toEqual([{ start: 0, end: 6, bytes: 10, count: 3 }]);
});

test("what is not kept goes, with what a killed process left", () => {
  const path = madeTrack("two");
  writeFileSync(join(path, "00003.m4s.part"), "half");
  const track = new TrackFolder(path);
  track.keep(1);
  expect(readdirSync(path).sort()).toEqual(["00000.m4s", "header.mp4", "journal"]);
  track.add(Buffer.alloc(5), { start: 6, end: 12, count: 1 });
  expect(new TrackFolder(path).segments.map(({ bytes }) => bytes)).toEqual([10, 5]);
});

test("another header than that of what is there cannot be gone on with", () => {
  const track = new TrackFolder(madeTrack("three"));
  track.writeHeader(Buffer.from("header"));
  expect(() => track.writeHeader(Buffer.from("other"))).toThrow(CannotGoOn);
  track.keep(0);
  track.writeHeader(Buffer.from("other"));
});
