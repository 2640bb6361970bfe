/** Owns the flags of the command line about servers of others that the picture is sent on to. Pure. */

import { type Environment, type FlagValues, given, type OptionNames } from "./flag-values.ts";

export const outputFlags = { output: { type: "string", multiple: true } } as const;

export const outputHelp = `Sending it on (SCENECAST_OUTPUT in the environment holds addresses with keys that nobody is to see in a list of
processes, with spaces between them):
  --output <address>        rtmp://host/app/key, rtmps://…, srt://host:port?streamid=… or whip+https://token@host/path; may be
                            repeated
`;

/** The name on the command line of each of these options. */
export const outputOptionNames: OptionNames = [
  ["Each of options.outputs", "--output"],
  ["options.outputs", "--output"],
];

export function readOutputFlags(
  { output }: FlagValues<typeof outputFlags>,
  environment: Environment,
): { readonly outputs?: readonly string[] } {
  const secret = (environment["SCENECAST_OUTPUT"] ?? "").split(/\s+/).filter((address) => address !== "");
  const all = [...(output ?? []), ...secret];
  return given({ outputs: all.length === 0 ? undefined : all });
}
