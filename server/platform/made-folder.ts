/**
 * Owns making folders with all that they lie in. For any thread.
 *
 * FO1 It ends wherever the folder is to be. Node's own `recursive` goes round in circles below `/proc`, where nothing can be made though
 *     nothing forbids it, and a thread that waits for that does nothing else any more.
 */

import { mkdirSync, statSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

const USUAL_MODE = 0o777;

/** Makes it where it is not there, with `mode` for all that is made. Throws what the file system says. */
export function makeFolderSync(path: string, mode: number = USUAL_MODE): void {
  const error = tryToMakeSync(path, mode);
  if (error === null) return;
  makeFolderSync(parentOf(path, error), mode);
  if (tryToMakeSync(path, mode) !== null) throw cannotBe(error);
}

/** The same, while others go on. Rejects with what the file system says. */
export async function makeFolder(path: string, mode: number = USUAL_MODE): Promise<void> {
  const error = await tryToMake(path, mode);
  if (error === null) return;
  await makeFolder(parentOf(path, error), mode);
  if ((await tryToMake(path, mode)) !== null) throw cannotBe(error);
}

/** Null where it is there now. */
function tryToMakeSync(path: string, mode: number): unknown {
  try {
    mkdirSync(path, { mode });
    return null;
  } catch (error) {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? null : error;
  }
}

async function tryToMake(path: string, mode: number): Promise<unknown> {
  try {
    await mkdir(path, { mode });
    return null;
  } catch (error) {
    return (await stat(path).catch(() => null))?.isDirectory() === true ? null : error;
  }
}

/** Throws `error` where it is not for want of the folder around it that there is none. */
function parentOf(path: string, error: unknown): string {
  const parent = dirname(path);
  const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
  if (isMissing && parent !== path) return parent;
  throw error;
}

/** FO1 */
function cannotBe(cause: unknown): Error {
  return new Error("no folder can be made there", { cause });
}
