/** Owns the addresses of a server: of its page, with and without the token, and of its candidates for ICE. Pure. */

import type { ResolvedOptions } from "../options/options.ts";
import { isLoopback } from "../platform/loopback.ts";

/** The address of the page, for a browser on this machine. */
export function pageUrl({ http }: Pick<ResolvedOptions, "http">, port: number): string {
  return pageAt(http, originOf(http, port));
}

/** The address of the page, for those who reach the server at `origin`. */
export function pageAt(
  { publicUrl, basePath }: Pick<ResolvedOptions["http"], "publicUrl" | "basePath">,
  origin: string,
): string {
  return publicUrl ?? `${origin}${basePath}/`;
}

/** Where something on this machine reaches the server, without a path. */
export function originOf({ host, tls }: Pick<ResolvedOptions["http"], "host" | "tls">, port: number): string {
  const name = host === null || host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `${tls === null ? "http" : "https"}://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/** The link that lets in. In the fragment the token reaches no server, and so no log and no `Referer`. */
export function linkTo(pageUrl: string, token: string | null): string {
  return token === null ? pageUrl : `${pageUrl}#token=${encodeURIComponent(token)}`;
}

/**
 * The only address to gather ICE candidates on; null for all. A server that only this machine reaches tells nobody an
 * address of its network, unless its options say that viewers come from elsewhere.
 */
export function iceHostOf({ http, share, ice }: Pick<ResolvedOptions, "http" | "share" | "ice">): string | null {
  const isReachedFromElsewhere =
    http.host === null ||
    !isLoopback(http.host) ||
    http.publicUrl !== null ||
    share !== null ||
    http.trustProxy !== null ||
    ice.publicIp !== null ||
    ice.stun.length + ice.turn.length > 0;
  if (isReachedFromElsewhere) return null;
  return http.host.includes(":") ? "::1" : "127.0.0.1";
}
