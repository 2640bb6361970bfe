/** Owns small files that a process leaves for the next one: read where they are there, and written whole or not at all. */

import { readFileSync, renameSync, writeFileSync } from "node:fs";

/** What is in a file of text; null where it cannot be read. */
export function textIn(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** Writes to `path.part` first, which is what a process leaves that is killed. Throws what the file system says. */
export function writeSmallFile(path: string, content: string | Uint8Array): void {
  writeFileSync(`${path}.part`, content);
  renameSync(`${path}.part`, path);
}
