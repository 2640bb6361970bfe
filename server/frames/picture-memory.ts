/**
 * Owns memory through which the pictures of one process come to another on the same machine: a file in shared memory that both map, with
 * one writer and one reader, without messages. The reader makes the file, and it goes with the reader's process.
 *
 * PY1 The writer never waits: of three slots one is neither the newest nor the one that the reader holds.
 * PY2 A slot that the reader holds is not written, by the way of FR2 (frame-ring.ts).
 * PY3 The file has all its memory from the beginning: where that runs out it is an error here, and not the end of whoever writes
 *     (SIGBUS).
 * PY4 Numbers of pictures go up over all lives of the writer.
 */

import { closeSync, constants, ftruncateSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { PictureSize } from "../../shared/video.ts";
import { keptPlaces, makeKeptFolder, removeKeptFolder } from "../platform/kept-folder.ts";
import { type MappedMemory, mapMemory, reserveMemory, unmapMemory } from "../platform/mapped-memory.ts";

/** What a writer needs to know. */
export type PictureMemoryInit = { readonly path: string; readonly slotBytes: number };

/** RGBA, rows from the top down without gaps, colours not multiplied by alpha. Valid as long as the picture is held. */
export type HeldPicture = PictureSize & {
  readonly number: number;
  readonly pixels: Uint32Array;
  /** Whether alpha is to be looked at. */
  readonly hasAlpha: boolean;
};

const PAGE = 4096;
const SLOTS = 3;
const LATEST = 0;
const CLAIM = 1;
const COUNT = 2;
/** Where the descriptions of the slots begin, and how many words each has. */
const FIRST = 8;
const WORDS = 4;
const NONE = -1;

class PictureMemory {
  readonly init: PictureMemoryInit;
  protected readonly control: Int32Array;
  protected readonly buffer: ArrayBuffer;
  readonly #mapping: MappedMemory;
  readonly #bytes: number;

  protected constructor(init: PictureMemoryInit) {
    const file = openSync(init.path, constants.O_RDWR);
    this.init = init;
    this.#bytes = bytesOf(init.slotBytes);
    const mapping = mapMemory(file, this.#bytes, true);
    closeSync(file);
    if (mapping === null) throw new Error("Memory cannot be shared between processes here.");
    this.#mapping = mapping;
    this.buffer = mapping.buffer;
    this.control = new Int32Array(mapping.buffer, 0, FIRST + SLOTS * WORDS);
  }

  protected slotAt(slot: number): number {
    return PAGE + slot * this.init.slotBytes;
  }

  protected unmap(): void {
    unmapMemory(this.#mapping.address, this.#bytes);
  }
}

/** The reader's end. Any thread. */
export class PictureReader extends PictureMemory {
  readonly #folder: string;
  #held: HeldPicture | null = null;
  #closed = false;

  /** Makes the memory for pictures of at most `pixels` pixels. Throws where there is none. */
  static make(pixels: number, places: readonly string[] = keptPlaces()): PictureReader {
    let last: unknown = null;
    for (const place of places) {
      try {
        const folder = makeKeptFolder(place);
        try {
          return new PictureReader(folder, makeFile(folder, pixels));
        } catch (error) {
          removeKeptFolder(folder);
          throw error;
        }
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  private constructor(folder: string, init: PictureMemoryInit) {
    super(init);
    this.#folder = folder;
  }

  /** How many pixels a picture may have. */
  get maxPixels(): number {
    return Math.floor((this.init.slotBytes - PAGE) / 4);
  }

  /** Holds the newest picture, which is valid until the next call; null where there is none. */
  take(): HeldPicture | null {
    for (;;) {
      const slot = Atomics.load(this.control, LATEST);
      if (slot < 0 || slot >= SLOTS) {
        Atomics.store(this.control, CLAIM, NONE);
        this.#held = null;
        return null;
      }
      Atomics.store(this.control, CLAIM, slot);
      if (Atomics.load(this.control, LATEST) !== slot) continue;
      const [number = 0, width = 0, height = 0, flags = 0] = this.control.subarray(
        FIRST + slot * WORDS,
        FIRST + (slot + 1) * WORDS,
      );
      if (this.#held?.number === number) return this.#held;
      const pixels = new Uint32Array(this.buffer, this.slotAt(slot), width * height);
      this.#held = { number, width, height, hasAlpha: flags !== 0, pixels };
      return this.#held;
    }
  }

  /** There is no picture until the writer makes another. */
  retire(): void {
    Atomics.store(this.control, LATEST, NONE);
  }

  /** Takes the file away. What was held is not valid any more; who writes goes on into nothing. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.unmap();
    removeKeptFolder(this.#folder);
  }
}

/** The writer's end, in one thread of another process. */
export class PictureWriter extends PictureMemory {
  #slot = NONE;

  /** Opens what a reader made. Throws what the file system says. */
  static open(init: PictureMemoryInit): PictureWriter {
    return new PictureWriter(init);
  }

  /** Room for a picture, and some bytes behind it that scalers may write over. Null where it is too large. Then `publish`. */
  begin({ width, height }: PictureSize): Uint8Array<ArrayBuffer> | null {
    const { slotBytes } = this.init;
    if (width * height * 4 > slotBytes - PAGE) return null;
    this.#slot = this.#freeSlot();
    return new Uint8Array(this.buffer, this.slotAt(this.#slot), width * height * 4);
  }

  publish({ width, height }: PictureSize, hasAlpha = false): void {
    const count = Atomics.add(this.control, COUNT, 1) + 1;
    this.control.set([count, width, height, hasAlpha ? 1 : 0], FIRST + this.#slot * WORDS);
    Atomics.store(this.control, LATEST, this.#slot);
  }

  close(): void {
    this.unmap();
  }

  #freeSlot(): number {
    const latest = Atomics.load(this.control, LATEST);
    const claimed = Atomics.load(this.control, CLAIM);
    return [0, 1, 2].find((slot) => slot !== latest && slot !== claimed) ?? 0;
  }
}

/** PY3 */
function makeFile(folder: string, pixels: number): PictureMemoryInit {
  const slotBytes = Math.ceil((pixels * 4) / PAGE) * PAGE + PAGE;
  const path = join(folder, "pictures");
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    const bytes = bytesOf(slotBytes);
    ftruncateSync(file, bytes);
    reserveMemory(file, 0, bytes);
    writeSync(file, new Int32Array([NONE, NONE, 0]), 0, 12, 0);
  } finally {
    closeSync(file);
  }
  return { path, slotBytes };
}

function bytesOf(slotBytes: number): number {
  return PAGE + SLOTS * slotBytes;
}
