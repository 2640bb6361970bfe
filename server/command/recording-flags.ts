/** Owns the flags of the command line about what is recorded, and what they mean as options. Pure. */

import type { RecordingOptions } from "../options/recording-options.ts";
import { type FlagValues, given, type OptionNames } from "./flag-values.ts";

export const recordingFlags = {
  record: { type: "string" },
  recordings: { type: "string" },
  "cut-rests": { type: "boolean" },
  replay: { type: "string" },
} as const;

export const recordingHelp = `Recording:
  --record <file>           record from the start: .mp4, .mkv or .webm; hosts start recordings in the page, too
  --recordings <folder>     recordings; where those lie that hosts start
  --cut-rests               where the scene rests, one second of it is left
  --replay <seconds>        hold so much of late, as 30s, so that hosts can save it; takes an encoder of its own
`;

/** The name on the command line of each of these options. */
export const recordingOptionNames: OptionNames = [
  ["options.recordings.file", "--record"],
  ["options.recordings.folder", "--recordings"],
  ["options.recordings.replaySeconds", "--replay"],
];

export function readRecordingFlags(values: FlagValues<typeof recordingFlags>): {
  readonly recordings: RecordingOptions;
} {
  const { record, recordings, "cut-rests": cutRests, replay } = values;
  return {
    recordings: given({
      file: record,
      folder: recordings,
      cutRests,
      replaySeconds: replay === undefined ? undefined : secondsOf(replay),
    }),
  };
}

/** A span as it may be written: 30, 30s or 2m; NaN, which no option accepts, for what is none. */
export function secondsOf(text: string): number {
  const [, digits, unit = "s"] = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(text) ?? [];
  if (digits === undefined) return Number.NaN;
  return Number(digits) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 1);
}
