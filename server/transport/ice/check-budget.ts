/**
 * Owns how many connectivity checks (RFC 8445 section 7) go to addresses that nobody has answered from yet: a viewer names
 * them, and they may be anybody's. Pure: the clock is injected.
 *
 * CB1 to such addresses go at most three times the bytes that came in by the viewer, in descriptions, candidates and
 *     checks, and never more than 24 kB.
 * CB2 at most 60 checks a second, and 12 at once. One that is left out is as good as lost, and is sent again.
 * CB3 an address that answered a check gets as many as ICE wishes.
 */

import { type Milliseconds, now } from "../../../shared/time.ts";
import { TokenBucket } from "../../platform/token-bucket.ts";

const FACTOR = 3;
const MAX_BYTES = 24_000;
const CHECKS_PER_SECOND = 60;
const CHECKS_AT_ONCE = 12;

export class CheckBudget {
  readonly #rate: TokenBucket;
  readonly #answered = new Set<string>();
  #received = 0;
  #sent = 0;

  constructor(clock: () => Milliseconds = now) {
    this.#rate = new TokenBucket({ clock, perSecond: CHECKS_PER_SECOND, burst: CHECKS_AT_ONCE });
  }

  /** So many bytes came in. */
  received(bytes: number): void {
    this.#received += bytes;
  }

  /** A check was answered from this address and port. */
  answered(address: string): void {
    this.#answered.add(address);
  }

  /** Whether a check of so many bytes may go there now; it is counted then. */
  take(address: string, bytes: number): boolean {
    if (this.#answered.has(address)) return true;
    if (this.#sent + bytes > Math.min(MAX_BYTES, FACTOR * this.#received) || !this.#rate.take()) return false;
    this.#sent += bytes;
    return true;
  }
}
