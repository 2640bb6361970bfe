/** Owns what of an address stands for one user: all of IPv4, of IPv6 the /64 that a user has whole. Pure. */

import { isIPv6 } from "node:net";
import { isLoopback } from "../platform/loopback.ts";

export function addressKey(address: string): string {
  return isIPv6(address) ? prefix64(address) : address;
}

/**
 * The same where users are counted by their addresses; null for one that is not counted: this machine's, since behind a tunnel
 * or a proxy that is not believed all have it, and one that is not known.
 */
export function countedAddress(address: string): string | null {
  return address === "" || isLoopback(address) ? null : addressKey(address);
}

/** The first four groups of an IPv6 address, `::` written out. */
function prefix64(address: string): string {
  const [head = "", tail] = address.toLowerCase().split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => "0"), ...after];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
