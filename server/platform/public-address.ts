/** Owns which addresses of the internet protocol belong to the whole internet, not to this machine or its networks. Pure. */

import { BlockList, isIP } from "node:net";

const own = new BlockList();
/** What the registries of special addresses (RFC 6890, and those after it) do not route in the whole internet. */
const networks: readonly (readonly [network: string, prefix: number])[] = [
  ...(["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"] as const),
  ...([
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
  ] as const),
  ...(["203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"] as const),
  ...(["::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16"] as const),
  ...(["3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"] as const),
].map((network) => [network.split("/")[0] ?? "", Number(network.split("/")[1])]);

for (const [network, prefix] of networks) own.addSubnet(network, prefix, network.includes(":") ? "ipv6" : "ipv4");

/** Whether an address, as 192.0.2.1 or 2001:db8::1, is one of the whole internet; false for what is none. */
export function isPublicAddress(address: string): boolean {
  const bare = address.replace(/^\[(.*)\]$/, "$1").split("%")[0] ?? "";
  // An address of version 4 written as one of version 6 is looked for among the former by the list itself.
  const family = isIP(bare);
  return family !== 0 && !own.check(bare, family === 6 ? "ipv6" : "ipv4");
}
