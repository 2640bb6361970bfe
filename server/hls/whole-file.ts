/** Owns how files are written that others read meanwhile: they find the old one or the new one, never a part. */

import { randomBytes } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Writes beside it and moves it there. Rejects with what the file system says. */
export async function writeWhole(path: string, content: string | Uint8Array | readonly Uint8Array[]): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}`);
  try {
    await writeFile(draft, content as string | Uint8Array | Uint8Array[]);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}
