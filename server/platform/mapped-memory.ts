/**
 * Owns how a file becomes memory of this process: mapped by the system, so that nothing is copied, or read where that cannot be; and how it
 * gets memory to be mapped. For any thread.
 */

import { readSync, writeSync } from "node:fs";
import { systemCalls } from "./system-calls.ts";

/** Memory that is a file's. It must be given back by `unmapMemory`, and not be used any more then. */
export type MappedMemory = { readonly address: bigint; readonly buffer: ArrayBuffer };

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
/** Of Linux alone: all of it is there at once. */
const MAP_POPULATE = 0x8000;
const MAP_FAILED = 2n ** 64n - 1n;
const zeros = new Uint8Array(1 << 20);

const findCalls = systemCalls((system, koffi) => {
  const mmap = system.func("void *mmap(void *, size_t, int, int, int, intptr_t)");
  const munmap = system.func("int munmap(void *, size_t)");
  return {
    map(protection: number, flags: number, fd: number, bytes: number): MappedMemory | null {
      const address: bigint | null = mmap(null, bytes, protection, flags, fd, 0);
      if (address === null || BigInt.asUintN(64, address) === MAP_FAILED) return null;
      return { address, buffer: koffi.view(address, bytes) };
    },
    unmap: (address: bigint, bytes: number): void => void munmap(address, bytes),
  };
});

/**
 * The first `bytes` of an open file, at least one; null where the system cannot map it. What is written where it is
 * `toChange` is in the file, too; else it is only to be read.
 */
export function mapMemory(fd: number, bytes: number, toChange: boolean): MappedMemory | null {
  const calls = findCalls();
  if (calls === null) return null;
  // A value that may be changed is data, which is read whole and soon; of frames only the slots in use are.
  return toChange
    ? calls.map(PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, bytes)
    : calls.map(PROT_READ, MAP_SHARED, fd, bytes);
}

export function unmapMemory(address: bigint, bytes: number): void {
  findCalls()?.unmap(address, bytes);
}

/** Fills `into` from the place `at` of an open file on. Returns how many bytes there were, fewer where the file ends. */
export function readInto(fd: number, into: Uint8Array, at = 0): number {
  for (let done = 0; done < into.byteLength; ) {
    const read = readSync(fd, into, done, into.byteLength - done, at + done);
    if (read === 0) return done;
    done += read;
  }
  return into.byteLength;
}

/**
 * Gets memory for so many bytes of an open file from the place `at` on, by writing zeros over them: where memory runs out that is an
 * error here, and not the end of whoever writes there later (SIGBUS). Throws what the file system says.
 */
export function reserveMemory(fd: number, at: number, bytes: number): void {
  for (let done = 0; done < bytes; ) {
    done += writeSync(fd, zeros, 0, Math.min(zeros.byteLength, bytes - done), at + done);
  }
}
