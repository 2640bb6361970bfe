/** Owns how text from outside is written where a terminal may show it. Pure. */

/** What a terminal takes for commands, but tabs and line breaks, and what turns text round. */
const obeyed = /(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** The same with such characters written out, as JSON escapes them; so JSON stays what it says. */
export function visible(text: string): string {
  return text.replaceAll(obeyed, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
