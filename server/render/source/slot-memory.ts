/**
 * Owns how the render thread reads the frames that a program wrote into the file that it shares with the server: mapped into
 * memory, which costs a quarter of reading it, or read where it cannot be mapped.
 *
 * SY1 Of a file that its program has made shorter (opening one for writing empties it) black is read: where a mapping has no file
 *     behind it, reading is the end of the process (SIGBUS).
 */

import { closeSync, constants, fstatSync, openSync } from "node:fs";
import type { SharedFrames } from "../../../shared/frame-source.ts";
import { type MappedMemory, mapMemory, readInto, unmapMemory } from "../../platform/mapped-memory.ts";

export class SlotMemory {
  readonly #memory: SharedFrames;
  readonly #file: number;
  readonly #mapping: MappedMemory | null;
  readonly #mapped: Uint8Array | null;
  #scratch: Uint8Array = new Uint8Array(0);

  /** Opens the file. Throws what the file system says. The caller closes it. */
  constructor(memory: SharedFrames, map: typeof mapMemory = mapMemory) {
    this.#memory = memory;
    this.#file = openSync(memory.path, constants.O_RDONLY);
    this.#mapping = map(this.#file, memory.bytes, false);
    this.#mapped = this.#mapping === null ? null : new Uint8Array(this.#mapping.buffer);
  }

  /** Whether it is mapped; else it is read. */
  get isMapped(): boolean {
    return this.#mapping !== null;
  }

  /** Copies the beginning of a slot, as many bytes as `into` has. */
  copy(slot: number, into: Uint8Array): void {
    const at = this.#placeOf(slot);
    if (this.#mapped === null || !this.#isWhole) this.#read(at, into);
    else into.set(this.#mapped.subarray(at, at + into.byteLength));
  }

  /** The first `length` bytes of a slot: only to be read, and valid until the next call. */
  view(slot: number, length: number): Uint8Array {
    const at = this.#placeOf(slot);
    if (this.#mapped !== null && this.#isWhole) return this.#mapped.subarray(at, at + length);
    if (this.#scratch.byteLength < length) this.#scratch = new Uint8Array(length);
    const bytes = this.#scratch.subarray(0, length);
    this.#read(at, bytes);
    return bytes;
  }

  /** What `view` gave is not valid any more. */
  close(): void {
    if (this.#mapping !== null) unmapMemory(this.#mapping.address, this.#memory.bytes);
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
    into.fill(0, readInto(this.#file, into, at));
  }
}
