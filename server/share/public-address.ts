/** Owns finding the public address in what a tunnel's program prints, among those of its makers' own pages. Pure. */

import { isIP } from "node:net";
import { stripVTControlCharacters } from "node:util";

/** With no path, as pages to be read have one. */
const origin = /https:\/\/[a-z0-9.-]+(?::\d{1,5})?(?=\/?(?:[\s"'`|,;)\]}>]|$))/gi;

/** What stands first in the names of makers' own sites. */
const ownPages = new Set(
  "accounts admin api app blog community console dashboard developer developers doc docs download get help login status support www".split(
    " ",
  ),
);

/**
 * The first public address in a line, as an origin; null where there is none. Behind a slash or a question mark in the same word it is
 * none: programs print what visitors ask for, too, and in that anybody may write the address of a tunnel of their own.
 */
export function publicAddressIn(line: string): string | null {
  for (const word of stripVTControlCharacters(line).split(/\s+/)) {
    for (const { 0: found, index } of word.matchAll(origin)) {
      const url = URL.parse(found.replace(/\.$/, ""));
      if (/[/?]/.test(word.slice(0, index))) break;
      if (url !== null && isGiven(url.hostname)) return url.origin;
    }
  }
  return null;
}

/** A name that was given out lies below one of the maker's: it has three parts and more. */
function isGiven(hostname: string): boolean {
  const labels = hostname.split(".");
  return labels.length > 2 && isIP(hostname) === 0 && labels.at(-1) !== "localhost" && !ownPages.has(labels[0] ?? "");
}
