/**
 * Owns which requests are answered at all. Pure. There is no access control beyond this yet: whoever reaches the port may
 * watch. What is kept out is another web site that makes its visitor's browser talk to this server.
 *
 * AC1 bound to loopback, a request must name a loopback host or the bound one (`Host`), so that a name which an attacker
 *     points at 127.0.0.1 (DNS rebinding) gets nothing.
 * AC2 what opens a viewer or changes something must come from our own page: `Origin` has the same host as `Host`. Without
 *     an `Origin` it comes from no page.
 */

/** Whether only this machine reaches what listens on `host`. */
export function isLoopback(host: string): boolean {
  const name = bareHost(host);
  return name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}

/** AC1. `boundHost` is what the server listens on, `hostHeader` what the request says. */
export function isAllowedHost(hostHeader: string | undefined, boundHost: string): boolean {
  if (!isLoopback(boundHost)) return true;
  const url = hostHeader === undefined ? null : URL.parse(`http://${hostHeader}`);
  return url !== null && (isLoopback(url.hostname) || bareHost(url.hostname) === bareHost(boundHost));
}

/** AC2. */
export function isAllowedOrigin(origin: string | undefined, hostHeader: string | undefined): boolean {
  if (origin === undefined) return true;
  const page = URL.parse(origin);
  if (page === null || page.host === "") return false;
  // Read with the scheme of the page, which takes a port that is that scheme's default off both.
  return URL.parse(`${page.protocol}//${hostHeader ?? ""}`)?.host === page.host;
}

function bareHost(host: string): string {
  return host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
}
