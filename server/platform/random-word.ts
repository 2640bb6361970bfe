/** Owns names and secrets that nobody guesses and that people may give to a command. */

import { randomBytes } from "node:crypto";

/** So many random bytes as base64url (RFC 4648, section 5), which no command line takes for an option: it begins with no dash. */
export function randomWord(bytes: number): string {
  for (;;) {
    const word = randomBytes(bytes).toString("base64url");
    if (!word.startsWith("-")) return word;
  }
}
