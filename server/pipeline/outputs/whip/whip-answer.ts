/** Owns what a WHIP endpoint's answers mean (RFC 9725): refusals in words, when to come again, and the TURN servers that it names. Pure. */

import type { IceServer } from "../../../../shared/signaling.ts";

/** Why a server cannot be sent to right now. The message has neither tokens nor paths in it, and nothing that the server said. */
export class WhipRefusal extends Error {
  override readonly name = "WhipRefusal";
  /** Whether it would say the same again soon. */
  readonly isFinal: boolean;
  /** How long it wishes to be left alone, in milliseconds; null where it says nothing of that. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    { isFinal = false, retryAfterMs = null }: { isFinal?: boolean; retryAfterMs?: number | null } = {},
  ) {
    super(message);
    this.isFinal = isFinal;
    this.retryAfterMs = retryAfterMs;
  }
}

const MAX_RETRY_AFTER_MS = 600_000;
const MAX_SERVERS = 8;
const MAX_LINK_LENGTH = 16_384;
/** Those of the 4xx that may be otherwise in a moment (RFC 9110 section 15.5, RFC 6585). */
const passing: readonly number[] = [408, 409, 425, 429];
const words: Readonly<Record<number, string>> = {
  400: "the server cannot use the offer",
  404: "the server takes no WHIP at this address",
  405: "the server takes no WHIP at this address",
  406: "the server takes none of the codecs, or no WHIP",
  409: "the server has another sender there already",
  410: "the server takes no WHIP at this address any more",
  415: "the server takes no offers of WebRTC",
  422: "the server cannot use the offer",
  429: "the server is asked too often",
  503: "the server is too busy, or not ready",
};

/** `tokenWas`: what became of the token on the way there. */
export function refusalOf(
  { status, headers }: { readonly status: number; readonly headers: Pick<Headers, "get"> },
  tokenWas: "sent" | "held back" | "none",
  nowMs: number = Date.now(),
): WhipRefusal {
  const isFinal = status >= 400 && status < 500 && !passing.includes(status);
  return new WhipRefusal(`${status === 401 || status === 403 ? tokenWords[tokenWas] : wordsOf(status)} (${status})`, {
    isFinal,
    retryAfterMs: retryAfterOf(headers.get("retry-after"), nowMs),
  });
}

/** Where a `Location` leads from there; null where that is no address of HTTP, has a name or a password in it, or would go from HTTPS to HTTP. */
export function addressIn(location: string | null, from: URL): URL | null {
  const to = location === null ? null : URL.parse(location, from.href);
  if (to === null || to.username !== "" || to.password !== "") return null;
  return to.protocol === "https:" || (to.protocol === "http:" && from.protocol === "http:") ? to : null;
}

const tokenWords = {
  sent: "the server refuses the token",
  "held back": "the server passed us on to another one, which wants a token; it is told to the first alone",
  none: "the server wants a token, in front of the host and an @",
} as const;

function wordsOf(status: number): string {
  if (status >= 500) return words[status] ?? "the server failed";
  if (status >= 400) return words[status] ?? "the server refuses us";
  return status >= 300 ? "the server passes us on in a way that offers cannot go" : "the server gives no WHIP answer";
}

/** In milliseconds, 1 s to 10 min; null where it is no number of seconds and no date (RFC 9110 section 10.2.3). */
function retryAfterOf(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  const ms = /^\d{1,9}$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 1000), MAX_RETRY_AFTER_MS);
}

/** The TURN servers of `Link` headers with `rel="ice-server"` (RFC 9725 section 4.6). What is none is left out. */
export function turnServersOf(link: string | null): IceServer[] {
  if (link === null || link.length > MAX_LINK_LENGTH) return [];
  const servers: IceServer[] = [];
  for (const [, urls = "", attributes = ""] of link.matchAll(
    /<([^<>\s]{1,512})>((?:\s*;\s*[\w-]+="?[^",;<>]{0,512}"?)*)/g,
  )) {
    const value = (name: string) => new RegExp(`;\\s*${name}="?([^",;<>]*)"?`, "i").exec(attributes)?.[1];
    const [username, credential] = [value("username"), value("credential")];
    if (value("rel")?.toLowerCase() !== "ice-server" || !/^turns?:[^\s]+$/i.test(urls)) continue;
    if (username === undefined || credential === undefined || servers.length >= MAX_SERVERS) continue;
    servers.push({ urls, username, credential });
  }
  return servers;
}
