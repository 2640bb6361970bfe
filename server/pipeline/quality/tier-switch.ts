/**
 * Owns which encoder's packets one viewer's stream, or one sink, takes. Pure.
 *
 * VS1 It takes the packets of one encoder, and begins with those of another at a key frame of that one; until then the
 *     packets of the first go on.
 */

export class TierSwitch {
  #current: number | null = null;
  #next: number | null = null;

  /** Whose packets it takes; null before the first `moveTo`. */
  get current(): number | null {
    return this.#current;
  }

  /** Whose packets it takes or is about to take. */
  get planned(): number | null {
    return this.#next ?? this.#current;
  }

  /** All tiers whose packets it needs: two while it changes. */
  get all(): number[] {
    return [this.#current, this.#next].filter((tier) => tier !== null);
  }

  /**
   * Takes the packets of this encoder from its next key frame on; at once where nothing but a key frame is of use anyway.
   * Returns whether one is to be asked for.
   */
  moveTo(tier: number, needsKeyFrame: boolean): boolean {
    if (this.planned === tier) return false;
    // What it takes by now may go on without a key frame.
    this.#next = tier === this.#current ? null : tier;
    if (this.#current !== null && !needsKeyFrame) return this.#next !== null;
    this.#current = tier;
    this.#next = null;
    return true;
  }

  /** Whether this packet is one to take. A key frame of the next encoder makes that the current one. */
  takes({ tier, isKeyFrame }: { readonly tier: number; readonly isKeyFrame: boolean }): boolean {
    if (isKeyFrame && tier === this.#next) {
      this.#current = tier;
      this.#next = null;
    }
    return tier === this.#current;
  }
}
