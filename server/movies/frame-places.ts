/**
 * Owns the memory by which frames come from a process that decodes movies to the pool, beside the messages of the two, which would
 * copy each picture several times: a file in shared memory that has no name any more, so that it goes with them.
 *
 * MG1 A place is written by one job, and by no other before what is in it was read.
 * MG2 What there is no memory for is sent as a message.
 */

import { closeSync, openSync, read, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { keptPlaces, makeKeptFolder, removeKeptFolder } from "../platform/kept-folder.ts";

const readLater = promisify(read);

/** What the file is in the process that decodes. */
const DESCRIPTOR = 4;
/** From one place to the next, more than any frame has. Nothing but what was written takes memory. */
const PLACE_BYTES = 2 ** 32;

/** The pool's end. In the main process. */
export class FramePlaces {
  /** To be handed on as the first file. */
  readonly file: number;
  readonly #used = new Set<number>();
  #isClosing = false;
  #isOpen = true;

  /** Null where there is nowhere to make it (MG2). */
  static make(folders: readonly string[] = keptPlaces()): FramePlaces | null {
    for (const around of folders) {
      try {
        const folder = makeKeptFolder(around);
        try {
          return new FramePlaces(openSync(join(folder, "frames"), "wx+", 0o600));
        } finally {
          removeKeptFolder(folder);
        }
      } catch {
        // The next one may do.
      }
    }
    return null;
  }

  private constructor(file: number) {
    this.file = file;
  }

  /** A place that is nobody's, until `free`. */
  take(): number {
    let place = 0;
    while (this.#used.has(place)) place += 1;
    this.#used.add(place);
    return place;
  }

  /** What the process has put there. Rejects with what the file system says. */
  async read(place: number, bytes: number): Promise<Uint8Array> {
    const frame = Buffer.allocUnsafeSlow(bytes);
    for (let done = 0; done < bytes; ) {
      const { bytesRead } = await readLater(this.file, frame, done, bytes - done, place * PLACE_BYTES + done);
      if (bytesRead === 0) throw new Error("The frame is not there.");
      done += bytesRead;
    }
    return frame;
  }

  free(place: number): void {
    this.#used.delete(place);
    this.#closeUnused();
  }

  /** Gives the memory back, as soon as no place is used. */
  close(): void {
    this.#isClosing = true;
    this.#closeUnused();
  }

  #closeUnused(): void {
    if (!this.#isClosing || !this.#isOpen || this.#used.size > 0) return;
    this.#isOpen = false;
    closeSync(this.file);
  }
}

/** Puts a frame there, in the process that decodes; false where there is no memory for it (MG2). */
export function putFrame(place: number, frame: Uint8Array, file: number = DESCRIPTOR): boolean {
  try {
    for (let done = 0; done < frame.length; ) {
      done += writeSync(file, frame, done, frame.length - done, place * PLACE_BYTES + done);
    }
    return true;
  } catch {
    return false;
  }
}
