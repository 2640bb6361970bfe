/**
 * Owns which candidates of a viewer are tried (RFC 8839 section 5.1): those of UDP, of addresses that a viewer can have, on
 * ports that no well-known service has, and few of them. Pure.
 *
 * RC1 at most 24 of one viewer, those of its description among them; a browser has one or two for each of its networks.
 *     One that was named before is not tried again.
 * RC2 never this machine itself, unless the server keeps to it or a relay sends for it; never many at once (multicast, broadcast) or nobody.
 * RC3 no port below 1024, where nobody's video comes from, and no host by its name, but for those of multicast DNS.
 */

import { BlockList, isIP } from "node:net";
import { isMdnsCandidate } from "./ice-candidates.ts";

const MAX_CANDIDATES = 24;
const MIN_PORT = 1024;

const nobodys = blockList(
  ["0.0.0.0", 8, "ipv4"],
  ["224.0.0.0", 4, "ipv4"],
  ["240.0.0.0", 4, "ipv4"],
  ["::", 128, "ipv6"],
  ["ff00::", 8, "ipv6"],
);
const ourselves = blockList(["127.0.0.0", 8, "ipv4"], ["::1", 128, "ipv6"]);

export class RemoteCandidates {
  readonly #isLocal: boolean;
  readonly #known = new Set<string>();

  /** `isLocal`: the server is reached from this machine only, or what it sends comes from elsewhere. */
  constructor(isLocal: boolean) {
    this.#isLocal = isLocal;
  }

  /** Whether a candidate is to be tried, as a browser writes it, or as a line of a description. */
  accepts(candidate: string): boolean {
    const [, component, transport, address = "", port] =
      /^(?:a=)?candidate:\S{1,64} (\d{1,5}) (\S{1,8}) \d{1,10} (\S{1,256}) (\d{1,5}) typ \w+/i.exec(candidate) ?? [];
    if (component !== "1" || transport?.toLowerCase() !== "udp" || Number(port) < MIN_PORT || Number(port) > 65_535) {
      return false;
    }
    if (!isMdnsCandidate(candidate) && !this.#isUsable(address)) return false;
    return this.#count(`${address.toLowerCase()} ${port}`);
  }

  #isUsable(address: string): boolean {
    const family = isIP(address);
    // One with a zone names an interface of its own machine.
    if (family === 0 || address.includes("%")) return false;
    const kind = family === 4 ? "ipv4" : "ipv6";
    return !nobodys.check(address, kind) && (this.#isLocal || !ourselves.check(address, kind));
  }

  /** RC1 */
  #count(key: string): boolean {
    if (this.#known.has(key) || this.#known.size >= MAX_CANDIDATES) return false;
    this.#known.add(key);
    return true;
  }
}

function blockList(...subnets: readonly (readonly [string, number, "ipv4" | "ipv6"])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix, family] of subnets) list.addSubnet(address, prefix, family);
  return list;
}
