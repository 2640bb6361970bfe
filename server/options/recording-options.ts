/** Owns the options about what is recorded: where, from the start, and how much of late is held. */

import { boolean, fieldsOf, isNumber, isPath, optionalText, text } from "../platform/option-checks.ts";

/** What is recorded, and where. */
export type RecordingOptions = {
  /** The folder of recordings that are not given a path of their own; made with the first of them. Default `"recordings"`. */
  readonly folder?: string;
  /**
   * Records the shared room from the start into this file, which ends in `.mp4`, `.mkv` or `.webm`; where there is one of that name it
   * becomes `film-2.mp4` and so on. Of a server with several scenes, of which the first is no studio, or with private rooms there is none. Default: nothing.
   */
  readonly file?: string;
  /** Whether rests of the scene are cut to a second. Default false. */
  readonly cutRests?: boolean;
  /**
   * Holds the last seconds, 1 to 600, in memory while somebody watches, so that a host can save them; that takes an encoder of its
   * own, and of memory what so long a stream may take. Default: nothing is held.
   */
  readonly replaySeconds?: number;
};

export type ResolvedRecordings = {
  readonly folder: string;
  readonly file: string | null;
  readonly cutRests: boolean;
  readonly replaySeconds: number | null;
};

/** `hasOneRoom`: whether there is a shared room of the only scene. Throws `TypeError` naming the option and its rule. */
export function resolveRecordings(value: unknown, hasOneRoom: boolean): ResolvedRecordings {
  const name = "options.recordings";
  const fields = fieldsOf(name, value, ["folder", "file", "cutRests", "replaySeconds"]);
  const file = optionalText(`${name}.file`, fields["file"], "a path that ends in .mp4, .mkv or .webm", isVideoPath);
  if (file !== null && !hasOneRoom) {
    throw new TypeError(`${name}.file must be left out with several scenes and with private rooms.`);
  }
  return {
    folder: text(`${name}.folder`, fields["folder"] ?? "recordings", "a path", isPath),
    file,
    cutRests: boolean(`${name}.cutRests`, fields["cutRests"] ?? false),
    replaySeconds: replayOf(`${name}.replaySeconds`, fields["replaySeconds"]),
  };
}

function isVideoPath(path: string): boolean {
  return /[^/\\]\.(?:mp4|mkv|webm)$/i.test(path) && !path.includes("\0");
}

function replayOf(name: string, value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (isNumber(value, 1, 600)) return value;
  throw new TypeError(`${name} must be a number from 1 to 600.`);
}
