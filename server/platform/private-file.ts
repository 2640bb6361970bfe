/** Owns how files are written whole or not at all, with rights of their own; above all those that only their user may read. */

import { randomBytes } from "node:crypto";
import { chmodSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolderSync } from "./made-folder.ts";

/** Writes `text` with mode 0600, in a folder that is made with 0700. Throws what the file system says. */
export function writePrivateFile(path: string, text: string): void {
  makeFolderSync(dirname(path), 0o700);
  replaceFile(path, text, 0o600);
}

/** Writes `text` with this mode, in a folder that is there. Throws what the file system says. */
export function replaceFile(path: string, text: string, mode: number): void {
  const draft = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    writeFileSync(draft, text, { mode, flag: "wx" });
    // What the process masks is missing yet.
    if ((statSync(draft).mode & mode) !== mode) chmodSync(draft, mode);
    // Who reads meanwhile has the old file or the new one, and a server that falls leaves no half of it.
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
