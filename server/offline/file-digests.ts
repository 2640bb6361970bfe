/** Owns how it is known whether files, and what is too long to be kept, are as they were. For any process. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** The SHA-256 of each file, in hexadecimal; empty for one that cannot be read. */
export function digestsOf(paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, digestOf(path)]));
}

/** That of a text. */
export function digestOfText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function digestOf(path: string): string {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return "";
  }
}
