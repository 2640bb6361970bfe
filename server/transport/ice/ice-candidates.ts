/** Owns what is done to ICE candidates in their written form (RFC 8839 section 5.1). Pure. */

import { isIP } from "node:net";

const candidate = /((?:^|\n)(?:a=)?candidate:\S+ \d+ \S+ \d+ )(\S+)( \d+ typ host\b)/g;

/**
 * Puts the public address into the host candidates of a description, or of a single candidate, in place of addresses of
 * the same family that are not loopback: the NAT in front passes on each port of the one to the other.
 */
export function advertise(text: string, publicIp: string | null): string {
  if (publicIp === null) return text;
  return text.replaceAll(candidate, (whole, before: string, address: string, after: string) => {
    const isOther = isIP(address) !== isIP(publicIp) || /^(127\.|::1$)/.test(address);
    return isOther ? whole : `${before}${publicIp}${after}`;
  });
}

/** Whether a browser hides its address behind a name that only multicast DNS resolves (draft-ietf-mmusic-mdns-ice-candidates). */
export function isMdnsCandidate(text: string): boolean {
  return /^(a=)?candidate:\S+ \d+ \S+ \d+ [\w-]{1,63}\.local \d+ typ /i.test(text);
}
