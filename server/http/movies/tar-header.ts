/** Owns the headers of an archive of tar (POSIX.1-1988, "ustar"), whose files come one after the other. Pure. */

const BLOCK = 512;

/** The header of a file of `size` bytes; `name` is ASCII of at most 100 letters. */
export function tarHeader(name: string, size: number): Uint8Array {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number): string => value.toString(8).padStart(length - 1, "0");
  header.write(name, 0, 100, "ascii");
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(0, 12), 136);
  // The sum is made with spaces in its own place.
  header.write("        0", 148);
  header.write("ustar\0", 257);
  header.write("00", 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)}\0 `, 148);
  return header;
}

/** What fills the last block of a file. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}

/** What ends the archive. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * BLOCK);
}
