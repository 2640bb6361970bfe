/** Owns the addresses that outputs send to by WHIP (RFC 9725), and what of them may be shown. Pure. */

import { isLoopback } from "./loopback.ts";

export type WhipAddress = {
  readonly kind: "whip";
  /** Where offers are posted to, without the token. */
  readonly endpoint: string;
  /** What lets us in there (RFC 6750); null where nothing is asked for. Whoever has it can send in our place. */
  readonly token: string | null;
  /** Whether it is on this machine. */
  readonly isHere: boolean;
};

/** What may stand in a header, and in none of its other parts. */
const tokenPattern = /^[\x21-\x7e]+$/;

/** Null where it is none. What stands in front of the "@" is the token, escaped as in all addresses. */
export function parseWhipAddress(text: string): WhipAddress | null {
  const [, rest = ""] = /^whip\+(https?:\/\/.+)$/i.exec(text) ?? [];
  const url = URL.parse(rest);
  if (url === null || url.hash !== "") return null;
  const token = tokenOf(url);
  if (token === undefined) return null;
  url.username = "";
  url.password = "";
  return { kind: "whip", endpoint: url.href, token, isHere: isLoopback(url.hostname) };
}

/** Paths are not shown: many services have the key in them. */
export function shownWhipAddress({ endpoint, token }: WhipAddress, hidden: string): string {
  const { origin, pathname, search } = new URL(endpoint);
  return `whip+${origin}${token === null && pathname === "/" && search === "" ? "" : `/${hidden}`}`;
}

/** Whether others on the way could read the token, or take the picture in the server's place; of an address as it is shown. */
export function isOpenToAll(shown: string): boolean {
  const [, rest = ""] = /^whip\+(http:\/\/.+)$/.exec(shown) ?? [];
  const url = URL.parse(rest);
  return url !== null && !isLoopback(url.hostname);
}

/** Undefined where there is one that cannot be sent. */
function tokenOf({ username, password }: URL): string | null | undefined {
  const escaped = password === "" ? username : `${username}:${password}`;
  if (escaped === "") return null;
  try {
    const token = decodeURIComponent(escaped);
    return tokenPattern.test(token) ? token : undefined;
  } catch {
    return undefined;
  }
}
