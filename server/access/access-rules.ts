/**
 * Owns the rules by which requests are answered at all. Pure; access-gate.ts applies them.
 *
 * AC1 bound to loopback (in a program's server: come in there) and with no token asked for, a request must name a loopback
 *     host, the bound one or one that was allowed (`Host`), so that a name which an attacker points at 127.0.0.1 (DNS
 *     rebinding) gets nothing. Where a token is asked for, the name does not matter: a page of another name has no cookie of
 *     ours.
 * AC2 what opens a viewer or changes something must come from our own page or an allowed one: `Origin` has the same host
 *     as `Host`, or as `X-Forwarded-Host` where a trusted proxy says so, or as the share link while its tunnel is open. Without
 *     an `Origin` it comes from no page. A picture, which starts its scene, has none either; where the browser says that a page of
 *     another site shows it (`Sec-Fetch-Site`), that must be an allowed one.
 * AC3 where a token is asked for, all but the page's files, `/access` and the bare answer of `/healthz` wants it, or the
 *     token of a link: as `Authorization: Bearer`, or as the cookie or the key that `POST /access` gave for it. It is never
 *     taken from a URL. The server's own token makes a host, a link what it says.
 * AC4 an address that shows wrong tokens is answered 429 after ten at once, and then to all but one a second, right
 *     tokens included: otherwise a guess would tell by its answer whether it was right. Cookies are not held up, and a
 *     link that was right once is no guess.
 * AC5 a link ends when it expires or is revoked, and its cookies with it. One for another room lets nobody in.
 * AC6 of several cookies the one counts that may enter and allows most; a cookie comes before a header.
 * AC7 where the application says who asks, it alone does: no token, link or cookie counts. Who cannot be found out is
 *     nobody, and AC1 holds as if no token were asked for.
 * AC8 only hosts of all rooms hear of them, by `/healthz` and `/metrics`; others of the one that they ask about. So the name of
 *     a private room is known to those alone who were given it, and opens it for every link that is not for another room.
 * AC9 pages of an allowed origin may do what ours may, by CORS and without cookies. Those of others are told by `/access` which
 *     option would let them, and nothing else.
 * AC10 our page in a frame is driven by pages of the origins that were named for it, and by our own; `/access/driver` tells it
 *     which, by what the browser says of who sent a message.
 */

import { bareHost, isLoopback } from "../platform/loopback.ts";

/** AC1. `boundHost` is what the server listens on, `hostHeader` what the request says, `allowed` names without ports. */
export function isAllowedHost(
  hostHeader: string | undefined,
  boundHost: string,
  allowed: readonly string[] = [],
): boolean {
  if (!isLoopback(boundHost)) return true;
  const url = hostHeader === undefined ? null : URL.parse(`http://${hostHeader}`);
  if (url === null) return false;
  const name = bareHost(url.hostname);
  return isLoopback(name) || name === bareHost(boundHost) || allowed.includes(name);
}

/** AC2. `allowed` are more origins than our own. */
export function isAllowedOrigin(
  origin: string | undefined,
  hostHeader: string | undefined,
  allowed: readonly string[] = [],
): boolean {
  if (origin === undefined) return true;
  const page = URL.parse(origin);
  if (page === null || page.host === "") return false;
  if (allowed.includes(page.origin)) return true;
  // Read with the scheme of the page, which takes a port that is that scheme's default off both.
  return URL.parse(`${page.protocol}//${hostHeader ?? ""}`)?.host === page.host;
}
