/**
 * Owns the memory through which a program on this machine gives frames: a file in a folder that only its user may enter, in shared
 * memory where the system has that. In the main process.
 *
 * FY1 The file has its whole length from the beginning, so that it is mapped once; of each slot as much has memory behind it as was
 *     reserved. It is written over with zeros for that: where memory runs out that is an error here, and not the end of whoever writes
 *     there later (SIGBUS).
 * FY2 Nobody but the user of the server can open it, and nobody finds it by chance: it begins with a nonce.
 * FY3 It goes with its owner. What a server that was killed has left goes with the start of the next (kept-folder.ts).
 */

import { randomBytes } from "node:crypto";
import { closeSync, constants, fstatSync, ftruncateSync, openSync, statSync, write, writeSync } from "node:fs";
import { join } from "node:path";
import { FRAME_SLOTS, type SharedFrames } from "../../shared/frame-source.ts";
import { keptPlaces, makeKeptFolder, removeKeptFolder } from "../platform/kept-folder.ts";
import { reserveMemory } from "../platform/mapped-memory.ts";

const PAGE = 4096;
const NONCE_BYTES = 16;

export class FrameMemory {
  /** What a program needs to know to map it. */
  readonly shared: SharedFrames;
  readonly #folder: string;
  readonly #file: number;
  #capacity = 0;
  #closed = false;

  /** Null where no folder has room for slots of `capacity` bytes. The caller closes it. `maxBytes` is the most that a slot may come to hold. */
  static open(maxBytes: number, capacity: number, places: readonly string[] = keptPlaces()): FrameMemory | null {
    for (const place of places) {
      try {
        const memory = new FrameMemory(place, maxBytes);
        if (memory.reserve(capacity) >= capacity) return memory;
        memory.close();
      } catch {
        // There is no such folder, or nothing may be written there.
      }
    }
    return null;
  }

  private constructor(place: string, maxBytes: number) {
    const slotBytes = Math.ceil(maxBytes / PAGE) * PAGE;
    const bytes = PAGE + FRAME_SLOTS * slotBytes;
    const nonce = randomBytes(NONCE_BYTES);
    this.#folder = makeKeptFolder(place);
    try {
      const path = join(this.#folder, "frames");
      this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
      ftruncateSync(this.#file, bytes);
      writeSync(this.#file, nonce, 0, NONCE_BYTES, 0);
      this.shared = { path, bytes, nonce: nonce.toString("hex"), slotsAt: PAGE, slotBytes };
    } catch (error) {
      removeKeptFolder(this.#folder);
      throw error;
    }
  }

  /** How many bytes of each slot there is memory for. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Whether the file is where it was: some systems take such away from users who log out. */
  get isThere(): boolean {
    return !this.#closed && statSync(this.shared.path, { throwIfNoEntry: false })?.size === this.shared.bytes;
  }

  /** Whether the file is as long as it was made: a program may have emptied it. */
  get isWhole(): boolean {
    return !this.#closed && fstatSync(this.#file).size >= this.shared.bytes;
  }

  /** Gets memory for `bytes` of each slot (FY1). Returns how many there is memory for now. */
  reserve(bytes: number): number {
    const { slotBytes, slotsAt } = this.shared;
    const wanted = Math.min(slotBytes, Math.ceil(bytes / PAGE) * PAGE);
    if (wanted <= this.#capacity) return this.#capacity;
    try {
      for (let slot = 0; slot < FRAME_SLOTS; slot += 1) {
        reserveMemory(this.#file, slotsAt + slot * slotBytes + this.#capacity, wanted - this.#capacity);
      }
      this.#capacity = wanted;
    } catch {
      // There is no more; what there is stays.
    }
    return this.#capacity;
  }

  /** Writes the pixels of a frame that came otherwise into a slot. Rejects with what the file system says. */
  write(slot: number, pixels: Uint8Array): Promise<void> {
    const { slotBytes, slotsAt } = this.shared;
    return new Promise((resolve, reject) => {
      const next = (done: number): void => {
        if (this.#closed) return reject(new Error("The memory for frames is gone."));
        const at = slotsAt + slot * slotBytes + done;
        write(this.#file, pixels, done, pixels.byteLength - done, at, (error, written) => {
          if (error !== null) reject(error);
          else if (done + written < pixels.byteLength) next(done + written);
          else resolve();
        });
      };
      next(0);
    });
  }

  /** Takes the file away; who has it open goes on with it. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#file);
    removeKeptFolder(this.#folder);
  }
}
