/** Owns what of an address stands for one user: all of IPv4, of IPv6 the /64 that a user has whole. Pure. */

import { isIPv6 } from "node:net";

export function addressKey(address: string): string {
  return isIPv6(address) ? prefix64(address) : address;
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
