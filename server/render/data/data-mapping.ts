/**
 * Owns how the file of a value becomes memory of this thread: mapped, so that nothing is copied, or read where that cannot be. In the
 * render thread. Mapped memory is given back once nobody has its ArrayBuffer any more, so an array that a scene keeps stays
 * as it is, whatever becomes of the file.
 */

import { closeSync, openSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import type * as Koffi from "koffi";

/** The bytes of a file. `isMapped`: what is written into them is in the file, too. */
export type MappedFile = { readonly buffer: ArrayBuffer; readonly isMapped: boolean };

type Maps = {
  /** Null where the system has no memory for it. */
  map(fd: number, bytes: number): { readonly address: bigint; readonly buffer: ArrayBuffer } | null;
  unmap(address: bigint, bytes: number): void;
};

// Of Linux.
const PROT_READ_WRITE = 1 | 2;
const MAP_SHARED_POPULATE = 1 | 0x8000;
const MAP_FAILED = 2n ** 64n - 1n;

/** The calls of the system; null where there are none, undefined before they were looked for. */
let maps: Maps | null | undefined;
const unmapped = new FinalizationRegistry<{ readonly address: bigint; readonly bytes: number }>(({ address, bytes }) =>
  maps?.unmap(address, bytes),
);

/**
 * The first `bytes` of the file at `path`, for reading and writing. `canMap` false reads it in any case. Throws what the file system
 * says.
 */
export function mapFile(path: string, bytes: number, canMap = true): MappedFile {
  // No system maps nothing.
  if (bytes === 0) return { buffer: new ArrayBuffer(0), isMapped: true };
  const fd = openSync(path, canMap ? "r+" : "r");
  try {
    if (maps === undefined) maps = findMaps();
    const mapped = canMap ? (maps?.map(fd, bytes) ?? null) : null;
    if (mapped === null) return { buffer: readWhole(fd, bytes), isMapped: false };
    const { address, buffer } = mapped;
    keep(buffer);
    unmapped.register(buffer, { address, bytes });
    return { buffer, isMapped: true };
  } finally {
    closeSync(fd);
  }
}

function findMaps(): Maps | null {
  if (process.platform !== "linux") return null;
  try {
    const koffi = createRequire(import.meta.url)("koffi") as typeof Koffi;
    const system = koffi.load(null);
    const mmap = system.func("void *mmap(void *, size_t, int, int, int, intptr_t)");
    const munmap = system.func("int munmap(void *, size_t)");
    return {
      map: (fd, bytes) => {
        const address: bigint | null = mmap(null, bytes, PROT_READ_WRITE, MAP_SHARED_POPULATE, fd, 0);
        if (address === null || BigInt.asUintN(64, address) === MAP_FAILED) return null;
        return { address, buffer: koffi.view(address, bytes) };
      },
      unmap: (address, bytes) => void munmap(address, bytes),
    };
  } catch {
    return null;
  }
}

/** Whoever it was transferred to would find it unmapped; `postMessage` transfers no such buffer. */
function keep(buffer: ArrayBuffer): void {
  const value = (): never => {
    throw new TypeError("The memory of data cannot be transferred. Copy it: array.slice().");
  };
  for (const name of ["transfer", "transferToFixedLength"]) Object.defineProperty(buffer, name, { value });
}

function readWhole(fd: number, bytes: number): ArrayBuffer {
  const whole = new Uint8Array(bytes);
  for (let at = 0; at < bytes; ) {
    const read = readSync(fd, whole, at, bytes - at, at);
    if (read === 0) throw new Error(`The file has ${at} bytes in place of ${bytes}.`);
    at += read;
  }
  return whole.buffer;
}
