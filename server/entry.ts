/** Owns what a server asks of who wants in, as its options say it. */

import type { Entry } from "./access/access-gate.ts";
import { Links } from "./access/links.ts";
import type { ResolvedOptions } from "./options/options.ts";
import { stateFolder } from "./platform/state-folder.ts";

/** `failed` hears, in a sentence, of links that could not be kept. */
export function entryOf(
  { access: { token, isOwnToken, authenticate }, scenes }: Pick<ResolvedOptions, "access" | "scenes">,
  failed: (sentence: string) => void,
): Entry {
  if (authenticate !== null) return { kind: "application", authenticate };
  if (token === null) return { kind: "open" };
  // The links of a token that dies with the server die too.
  const folder = isOwnToken ? stateFolder() : null;
  return { kind: "token", links: new Links({ token, folder, scenes: scenes && new Set(scenes.keys()), failed }) };
}
