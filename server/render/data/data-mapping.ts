/**
 * Owns how the file of a value becomes memory of this thread: mapped, so that nothing is copied, or read where that cannot be. In the
 * render thread. Mapped memory is given back once nobody has its ArrayBuffer any more, so an array that a scene keeps stays
 * as it is, whatever becomes of the file.
 */

import { closeSync, openSync } from "node:fs";
import { mapMemory, readInto, unmapMemory } from "../../platform/mapped-memory.ts";

/** The bytes of a file. `isMapped`: what is written into them is in the file, too. */
export type MappedFile = { readonly buffer: ArrayBuffer; readonly isMapped: boolean };

const unmapped = new FinalizationRegistry<{ readonly address: bigint; readonly bytes: number }>(({ address, bytes }) =>
  unmapMemory(address, bytes),
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
    // Tried on Linux alone.
    const mapped = canMap && process.platform === "linux" ? mapMemory(fd, bytes, true) : null;
    if (mapped === null) return { buffer: readWhole(fd, bytes), isMapped: false };
    const { address, buffer } = mapped;
    keep(buffer);
    unmapped.register(buffer, { address, bytes });
    return { buffer, isMapped: true };
  } finally {
    closeSync(fd);
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
  readAll(fd, whole);
  return whole.buffer;
}

/** Fills `into` from the beginning of an open file. Throws where that ends before. */
export function readAll(fd: number, into: Uint8Array): void {
  const read = readInto(fd, into);
  if (read < into.byteLength) throw new Error(`The file has ${read} bytes in place of ${into.byteLength}.`);
}
