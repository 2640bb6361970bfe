/**
 * Owns how often a viewer may have a key frame made, in the scene's process: each costs bits for everybody who takes the same frames.
 *
 * KW1 A viewer has six at once and one a second in the long run, whatever it does: joins, pauses, loses.
 * KW2 What is more is not forgotten: it is asked for as soon as it is the viewer's due, or served by another's before.
 */

import { type Milliseconds, now } from "../../../shared/time.ts";
import { TokenBucket } from "../../platform/token-bucket.ts";
import type { EncoderId, KeyFrameReason } from "./encoder-set.ts";

const PER_SECOND = 1;
const AT_ONCE = 6;
const RETRY_MS = 1000 / PER_SECOND;

type Ask = (encoder: EncoderId, reason: KeyFrameReason) => void;
type Allowance = { readonly bucket: TokenBucket; retry: NodeJS.Timeout | undefined; later: () => void };

export class KeyFrameWishes {
  readonly #ask: Ask;
  readonly #clock: () => Milliseconds;
  readonly #allowances = new Map<string, Allowance>();

  constructor(ask: Ask, clock: () => Milliseconds = now) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** Asks for a key frame in the name of a viewer, now or when it is its due. */
  wish(viewerId: string, encoder: EncoderId, reason: KeyFrameReason): void {
    const allowance = this.#allowanceOf(viewerId);
    if (allowance.bucket.take()) return this.#ask(encoder, reason);
    // Of what it takes by then.
    allowance.later = () => this.wish(viewerId, encoder, reason);
    allowance.retry ??= setTimeout(() => {
      allowance.retry = undefined;
      allowance.later();
    }, RETRY_MS);
  }

  /** A viewer left. */
  remove(viewerId: string): void {
    clearTimeout(this.#allowances.get(viewerId)?.retry);
    this.#allowances.delete(viewerId);
  }

  close(): void {
    for (const viewerId of [...this.#allowances.keys()]) this.remove(viewerId);
  }

  #allowanceOf(viewerId: string): Allowance {
    const known = this.#allowances.get(viewerId);
    if (known !== undefined) return known;
    const bucket = new TokenBucket({ clock: this.#clock, perSecond: PER_SECOND, burst: AT_ONCE });
    const allowance: Allowance = { bucket, retry: undefined, later: () => undefined };
    this.#allowances.set(viewerId, allowance);
    return allowance;
  }
}
