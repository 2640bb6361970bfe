/** Owns the flags of the command line about the quality of the picture, and what they mean as options. */

import type { QualityOptions } from "../options/quality-options.ts";
import { amountOf, type FlagValues, type OptionNames } from "./flag-values.ts";

export const qualityFlags = {
  chroma: { type: "string" },
  prefer: { type: "string" },
  "min-bitrate": { type: "string" },
} as const;

export const qualityHelp = `  --chroma <which>      auto; 444 keeps thin coloured lines and text sharp while they move, for those who can show it, 420
                        does not; auto is 444 where the scene says that it is made of such (content)
  --prefer <what>       auto; where the network or drawing is slow, keep the picture sharp (sharp) or the motion
                        smooth (fluid)
  --min-bitrate <bits/s>  150k; a viewer's stream never goes below this`;

/** The name on the command line of each of these options. */
export const qualityOptionNames: OptionNames = [
  ["options.encode.chroma", "--chroma"],
  ["options.quality.preference", "--prefer"],
  ["options.quality.minBitrateBps", "--min-bitrate"],
];

type Values = FlagValues<typeof qualityFlags>;

export function readQualityFlags(values: Values): { readonly quality: QualityOptions } {
  const minBitrate = values["min-bitrate"];
  return {
    quality: {
      // Checked with the other options, where the list is.
      ...(values.prefer === undefined ? {} : { preference: values.prefer as "auto" }),
      ...(minBitrate === undefined ? {} : { minBitrateBps: amountOf(minBitrate, "--min-bitrate") }),
    },
  };
}
