/** Owns the line of a page without a picture that says what is wrong. */

import { find, setText } from "../elements.ts";

export const UNREACHABLE = "The server does not answer. Trying again…";

/** What is wrong, in a sentence; null where nothing is. */
export function sayTrouble(sentence: string | null): void {
  setText(find("trouble", HTMLElement), sentence);
}
