/** Owns what people read when a file cannot be written. Pure. */

import { StreamError } from "../../shared/errors.ts";

const words: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file is as large as files may be here",
  EACCES: "permission was denied",
  EPERM: "permission was denied",
  EROFS: "the disk is read-only",
  ENOENT: "there is no such folder",
  ENOTDIR: "there is no such folder",
  EISDIR: "it is a folder",
  EEXIST: "there is a file of that name already",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  EIO: "the disk failed",
};

/** The error of a file system, in words. */
export function diskWords(path: string, error: unknown): StreamError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = words[code] ?? (error instanceof Error ? error.message : String(error));
  return new StreamError("output-failed", `${path} cannot be written: ${reason}.`, { cause: error });
}
