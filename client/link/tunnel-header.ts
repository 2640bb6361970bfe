/**
 * Owns which servers are behind a tunnel that wants a header of each request (shared/tunnel.ts). No other server is sent it: to
 * one of another origin it would cost a preflight (Fetch standard, section 3.3). Pure.
 */

import { TUNNEL_HEADER } from "../../shared/tunnel.ts";

/** The domains of ngrok's free plan; those of its other plans have no page of their own in front. */
const freeDomains = /\.(ngrok-free\.(app|dev)|ngrok\.io)$/i;

/** The headers that a request to this address must carry to reach the server; none for most. */
export function tunnelHeaders(url: URL | string): Readonly<Record<string, string>> {
  const hostname = URL.parse(String(url))?.hostname ?? "";
  return freeDomains.test(hostname) ? { [TUNNEL_HEADER]: "1" } : {};
}
