/** Owns the options about what a stream gives up where the way to a viewer is slow. */

import { type Preference, preferences } from "../../shared/signaling.ts";
import { fieldsOf, oneOf, wholeNumber } from "../platform/option-checks.ts";

/** What a stream gives up where the way to a viewer is slow. */
export type QualityOptions = {
  /**
   * What is given up first on a slow way, or where drawing is slow: `"sharp"` frames a second, `"fluid"` pixels, `"auto"`
   * some of both. A viewer that says otherwise has its own way. Default `"auto"`.
   */
  readonly preference?: Preference;
  /** What a stream takes at least, however slow the way is, in bits a second, 100 000 to 200 000 000. Default 150 000. */
  readonly minBitrateBps?: number;
};

export type ResolvedQuality = { readonly preference: Preference; readonly minBitrateBps: number };

/** `maxBps` is what a stream may take at most. Throws `TypeError` naming the option and its rule. */
export function resolveQuality(value: unknown, maxBps: number): ResolvedQuality {
  const fields = fieldsOf("options.quality", value, ["preference", "minBitrateBps"]);
  const asked = fields["minBitrateBps"];
  const minBitrateBps = wholeNumber("options.quality.minBitrateBps", asked ?? 150_000, 100_000, 200_000_000);
  if (asked !== undefined && minBitrateBps > maxBps) {
    throw new TypeError("options.quality.minBitrateBps must be at most options.encode.bitrateBps.");
  }
  return {
    preference: oneOf("options.quality.preference", fields["preference"] ?? "auto", preferences),
    minBitrateBps: Math.min(minBitrateBps, maxBps),
  };
}
