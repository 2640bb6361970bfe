/** Owns the flags of the command line about the stream for players by HTTP (HLS), and what they mean as options. Pure. */

import type { HlsOptions } from "../options/hls-options.ts";
import { type FlagValues, given, type OptionNames } from "./flag-values.ts";

export const hlsFlags = { "hls-dir": { type: "string" }, "no-hls": { type: "boolean" } } as const;

export const hlsHelp = `For large audiences (HLS, which the page /watch plays):
  --hls-dir <folder>        keep the stream as files in this folder, for a server of files or a CDN; old segments are removed
  --no-hls                  nobody may have it from this server
`;

/** The name on the command line of each of these options. */
export const hlsOptionNames: OptionNames = [["options.hls.folder", "--hls-dir"]];

export function readHlsFlags(values: FlagValues<typeof hlsFlags>): { readonly hls: HlsOptions } {
  return { hls: given({ folder: values["hls-dir"], enabled: values["no-hls"] === true ? false : undefined }) };
}
