/**
 * Owns how the render thread reads the frames that a program wrote into the file that it shares with the server: mapped into
 * memory, which costs a quarter of reading it, or read where it cannot be mapped. Beside surface/ the only file that imports koffi.
 *
 * SY1 Of a file that its program has made shorter (opening one for writing empties it) black is read: where a mapping has no file
 *     behind it, reading is the end of the process (SIGBUS).
 */

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import type * as Koffi from "koffi";
import type { SharedFrames } from "../../../shared/frame-source.ts";

const PROT_READ = 1;
const MAP_SHARED = 1;

/** A mapping, and how to end it. */
type Mapping = { readonly bytes: Uint8Array; unmap(): void };

export class SlotMemory {
  readonly #memory: SharedFrames;
  readonly #file: number;
  readonly #mapping: Mapping | null;
  #scratch: Uint8Array = new Uint8Array(0);

  /** Opens the file. Throws what the file system says. The caller closes it. */
  constructor(memory: SharedFrames, mapped: typeof map = map) {
    this.#memory = memory;
    this.#file = openSync(memory.path, constants.O_RDONLY);
    this.#mapping = mapped(this.#file, memory.bytes);
  }

  /** Whether it is mapped; else it is read. */
  get isMapped(): boolean {
    return this.#mapping !== null;
  }

  /** Copies the beginning of a slot, as many bytes as `into` has. */
  copy(slot: number, into: Uint8Array): void {
    const at = this.#placeOf(slot);
    if (this.#mapping === null || !this.#isWhole) this.#read(at, into);
    else into.set(this.#mapping.bytes.subarray(at, at + into.byteLength));
  }

  /** The first `length` bytes of a slot: only to be read, and valid until the next call. */
  view(slot: number, length: number): Uint8Array {
    const at = this.#placeOf(slot);
    if (this.#mapping !== null && this.#isWhole) return this.#mapping.bytes.subarray(at, at + length);
    if (this.#scratch.byteLength < length) this.#scratch = new Uint8Array(length);
    const bytes = this.#scratch.subarray(0, length);
    this.#read(at, bytes);
    return bytes;
  }

  /** What `view` gave is not valid any more. */
  close(): void {
    this.#mapping?.unmap();
    closeSync(this.#file);
  }

  /** SY1 */
  get #isWhole(): boolean {
    return fstatSync(this.#file).size >= this.#memory.bytes;
  }

  #placeOf(slot: number): number {
    return this.#memory.slotsAt + slot * this.#memory.slotBytes;
  }

  #read(at: number, into: Uint8Array): void {
    for (let done = 0; done < into.byteLength; ) {
      const read = readSync(this.#file, into, done, into.byteLength - done, at + done);
      if (read === 0) return void into.fill(0, done);
      done += read;
    }
  }
}

/** Null where koffi, or the C library by the names that it has on Linux and macOS, is not there. */
function map(file: number, length: number): Mapping | null {
  try {
    const koffi = createRequire(import.meta.url)("koffi") as typeof Koffi;
    const library = koffi.load(process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6");
    const mmap = library.func(
      "void *mmap(void *at, size_t length, int protection, int flags, int file, int64_t offset)",
    );
    const munmap = library.func("int munmap(void *at, size_t length)");
    const at: unknown = mmap(null, length, PROT_READ, MAP_SHARED, file, 0);
    if (BigInt.asIntN(64, koffi.address(at)) === -1n) return null;
    return { bytes: new Uint8Array(koffi.view(at, length)), unmap: () => void munmap(at, length) };
  } catch {
    return null;
  }
}
