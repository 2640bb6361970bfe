/**
 * Owns giving a file of MP4 that was written what says that it shows all around (spherical-boxes.ts). In the thread that calls it.
 *
 * GB1 At no moment is there a file that cannot be played: one is changed by an index at its end that is whole before the one before it
 *     is made void; where the index stands at the beginning another file is written.
 */

import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { StreamError } from "../../../shared/errors.ts";
import { diskWords } from "../../platform/disk-words.ts";
import { type SphericalProjection, sphericalIndex } from "./spherical-boxes.ts";

/** A box at the top of a file: where it begins, and how long it is. */
type Place = { readonly type: string; readonly at: number; readonly size: number };

const HEADER_BYTES = 8;
const LARGE_HEADER_BYTES = 16;
const COPY_BYTES = 1024 * 1024;
const MAX_INDEX_BYTES = 1024 * 1024 * 1024;

/** Adds it to a file that ends with its index. Throws `StreamError` "output-failed". */
export function addSphericalIndex(path: string, projection: SphericalProjection): void {
  inFile(path, "r+", (file) => {
    const places = placesIn(file);
    const index = indexOf(places, path);
    const bytes = sphericalIndex(read(file, index), projection, () => 0);
    writeAll(file, bytes, fstatSync(file).size);
    // Nothing before this is another file than it was.
    writeAll(file, Buffer.from("free", "latin1"), index.at + 4);
  });
}

/** Writes the file at `from` with it to `to`; an index at its beginning stays there. Throws `StreamError` "output-failed". */
export function copySpherical(from: string, to: string, projection: SphericalProjection): void {
  inFile(from, "r", (file) => {
    const places = placesIn(file);
    const index = indexOf(places, from);
    const samples = places.find(({ type }) => type === "mdat");
    const isBefore = samples !== undefined && index.at < samples.at;
    const bytes = sphericalIndex(read(file, index), projection, (size) => (isBefore ? size - index.size : 0));
    inFile(to, "w", (copy) => {
      let at = 0;
      for (const place of places) {
        at += place === index ? writeAll(copy, bytes, at) : copyPart(file, place, copy, at);
      }
    });
  });
}

function inFile(path: string, flags: string, work: (file: number) => void): void {
  let file: number | null = null;
  try {
    file = openSync(path, flags);
    work(file);
  } catch (error) {
    if (error instanceof StreamError) throw error;
    throw diskWords(path, error);
  } finally {
    if (file !== null) closeSync(file);
  }
}

function placesIn(file: number): readonly Place[] {
  const { size: end } = fstatSync(file);
  const places: Place[] = [];
  const header = Buffer.alloc(LARGE_HEADER_BYTES);
  for (let at = 0; at + HEADER_BYTES <= end; ) {
    readSync(file, header, 0, LARGE_HEADER_BYTES, at);
    const short = header.readUInt32BE(0);
    const size = short === 1 ? Number(header.readBigUInt64BE(8)) : short === 0 ? end - at : short;
    if (size < HEADER_BYTES || at + size > end) throw new RangeError("a box of the MP4 is cut off");
    places.push({ type: header.toString("latin1", 4, 8), at, size });
    at += size;
  }
  return places;
}

function indexOf(places: readonly Place[], path: string): Place {
  const index = places.find(({ type }) => type === "moov");
  if (index === undefined || index.size > MAX_INDEX_BYTES) throw new RangeError(`${path} has no index of an MP4`);
  return index;
}

function read(file: number, { at, size }: Place): Uint8Array {
  const bytes = Buffer.alloc(size);
  for (let done = 0; done < size; ) {
    const count = readSync(file, bytes, done, size - done, at + done);
    if (count === 0) throw new RangeError("the file is cut off");
    done += count;
  }
  return bytes;
}

/** Returns how many bytes that were. */
function writeAll(file: number, bytes: Uint8Array, at: number): number {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done);
  return bytes.length;
}

function copyPart(file: number, { at, size }: Place, copy: number, to: number): number {
  for (let done = 0; done < size; ) {
    const count = Math.min(COPY_BYTES, size - done);
    done += writeAll(copy, read(file, { type: "", at: at + done, size: count }), to + done);
  }
  return size;
}
