/**
 * Owns how many viewers there may be, in all rooms, and how many of them by one link or from one address. Pure.
 *
 * PC1 At most `max` at once. A host always gets in, where a host is somebody who showed more than that they found the server.
 * PC2 From one address come at most half of them, by one link seven eighths, and four in any case. The same goes for the
 *     places in the queue.
 * PC3 Addresses of this machine are not counted: behind a tunnel or a proxy that is not believed all have the same.
 */

import { countedAddress } from "../access/address-key.ts";
import type { Admission } from "../access/identity.ts";
import type { ResolvedAccess } from "../options/network-options.ts";

/** How somebody came who is there. */
type Comer = Pick<Admission, "identity" | "address">;

const MIN_SHARE = 4;

export class Places {
  readonly max: number;
  readonly #isOpen: boolean;

  constructor(max: number, { token, authenticate }: Pick<ResolvedAccess, "token" | "authenticate">) {
    this.max = max;
    // Everybody who finds the server is let in, as a host: then no place is kept for any.
    this.#isOpen = token === null && authenticate === null;
  }

  /** Whether a place is kept for who comes so (PC1). */
  isKept({ identity }: Comer): boolean {
    return identity.role === "host" && !this.#isOpen;
  }

  /** Why one more may not come so, beside those who have some of `max` places, as a sentence; null where it may (PC2). */
  refusalFor(comer: Comer, others: readonly Comer[], max: number = this.max): string | null {
    if (this.isKept(comer)) return null;
    const maxOfAddress = shareOf(max, 1 / 2);
    const maxOfLink = shareOf(max, 7 / 8);
    const key = countedAddress(comer.address);
    if (key !== null && others.filter((other) => countedAddress(other.address) === key).length >= maxOfAddress) {
      return `There are ${maxOfAddress} viewers from your address already, and no more may come from one. Try again later.`;
    }
    const { linkId } = comer.identity;
    if (linkId !== null && others.filter(({ identity }) => identity.linkId === linkId).length >= maxOfLink) {
      return `There are ${maxOfLink} viewers by this link already, and no more may come by one. Try again later.`;
    }
    return null;
  }
}

function shareOf(max: number, part: number): number {
  return Math.max(MIN_SHARE, Math.ceil(max * part));
}
