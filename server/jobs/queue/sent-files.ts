/**
 * Owns the files that others send to the owner of a queue, part after part, below a folder that is theirs alone. In the owner's process.
 *
 * QF1 No path leads out of the folder, and no link is followed.
 * QF2 A part goes on where the last one ended, so what was broken off is gone on with; a part from elsewhere is refused.
 * QF3 Nobody sends more than `maxBytes` in all, or `MAX_SENT_FILES` files.
 */

import { constants, lstatSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { StreamError } from "../../../shared/errors.ts";
import { diskWords } from "../../platform/disk-words.ts";
import { makeFolderSync } from "../../platform/made-folder.ts";
import { MAX_PATH, MAX_SENT_FILES, type SentFile } from "./owner-messages.ts";

/** What of a sender is in nobody's right: answered with this status. */
export class SentRefusal extends Error {
  readonly status: 400 | 404 | 409 | 413;

  constructor(status: 400 | 404 | 409 | 413, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

export class SentFiles {
  readonly #root: string;
  readonly #maxBytes: number;
  readonly #sizes = new Map<string, number>();
  /** Of all of them. */
  #bytes = 0;
  readonly #writing = new Set<string>();

  /** What was sent before, to an owner that is gone, counts. */
  constructor(root: string, maxBytes: number) {
    this.#root = root;
    this.#maxBytes = maxBytes;
    for (const { path, bytes } of filesBelow(root)) {
      this.#sizes.set(path, bytes);
      this.#bytes += bytes;
    }
  }

  sizeOf(path: string): number {
    return this.#sizes.get(path) ?? 0;
  }

  /** QF1-QF3: adds a part. Rejects with `SentRefusal`, or `StreamError` "output-failed". */
  async add(path: string, offset: number, part: Uint8Array): Promise<void> {
    const at = this.#placeOf(path);
    if (this.#writing.has(path) || offset !== this.sizeOf(path)) {
      throw new SentRefusal(409, `The file has ${this.sizeOf(path)} bytes.`);
    }
    this.#check(path, part.length);
    this.#writing.add(path);
    try {
      makeFolderSync(dirname(at), 0o700);
      const { O_WRONLY, O_CREAT, O_NOFOLLOW = 0 } = constants;
      const file = await open(at, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o600);
      try {
        for (let done = 0; done < part.length; ) {
          done += (await file.write(part, done, part.length - done, offset + done)).bytesWritten;
        }
      } finally {
        await file.close();
      }
      this.#sizes.set(path, offset + part.length);
      this.#bytes += part.length;
    } catch (error) {
      throw diskWords(path, error);
    } finally {
      this.#writing.delete(path);
    }
  }

  /** Checks that all of these are whole, makes those that are empty, and removes what else there is. Throws `SentRefusal` or `StreamError`. */
  settle(files: readonly SentFile[]): void {
    for (const { path, bytes } of files) if (bytes === 0 && !this.#sizes.has(path)) this.#makeEmpty(path);
    const missing = files.find(({ path, bytes }) => this.#sizes.get(path) !== bytes);
    if (missing !== undefined) throw new SentRefusal(409, `${missing.path} is not whole.`);
    const named = new Set(files.map(({ path }) => path));
    for (const path of this.#sizes.keys()) {
      if (!named.has(path)) rmSync(join(this.#root, path), { force: true });
    }
  }

  #makeEmpty(path: string): void {
    const at = this.#placeOf(path);
    this.#check(path, 0);
    try {
      makeFolderSync(dirname(at), 0o700);
      writeFileSync(at, "", { mode: 0o600, flag: "wx" });
    } catch (error) {
      throw diskWords(path, error);
    }
    this.#sizes.set(path, 0);
  }

  /** QF1 */
  #placeOf(path: string): string {
    const at = confined(this.#root, path);
    if (at === null) throw new SentRefusal(400, "The path of a file must be one below the folder of its task.");
    return at;
  }

  /** QF3 */
  #check(path: string, more: number): void {
    if (!this.#sizes.has(path) && this.#sizes.size >= MAX_SENT_FILES) {
      throw new SentRefusal(413, `At most ${MAX_SENT_FILES} files are taken at once.`);
    }
    if (this.#bytes + more > this.#maxBytes)
      throw new SentRefusal(413, `At most ${this.#maxBytes} bytes are taken at once.`);
  }
}

/** QF1: where a file of this path is; null for a path that leads elsewhere. */
export function confined(root: string, path: string): string | null {
  if (path.length > MAX_PATH) return null;
  const parts = path.split("/");
  const isBad = (part: string): boolean =>
    part === "" || part === "." || part === ".." || part.includes("\0") || part.includes(sep);
  if (parts.some(isBad)) return null;
  let at = root;
  for (const part of parts) {
    at = join(at, part);
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() === true) return null;
  }
  return at;
}

/** All files below a folder, by their paths in it; no links. Throws `StreamError` where there are too many. */
export function filesBelow(root: string): readonly SentFile[] {
  const found: SentFile[] = [];
  const walk = (folder: string): void => {
    for (const name of namesIn(folder)) {
      const at = join(folder, name);
      const stat = lstatSync(at, { throwIfNoEntry: false });
      if (stat?.isDirectory() === true) walk(at);
      else if (stat?.isFile() === true) found.push({ path: relative(root, at).replaceAll(sep, "/"), bytes: stat.size });
      if (found.length > MAX_SENT_FILES) {
        throw new StreamError("output-failed", `A task may write ${MAX_SENT_FILES} files, and wrote more.`);
      }
    }
  };
  walk(root);
  return found;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
