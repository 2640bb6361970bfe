/** Owns the words of `scenecast record`. Pure. */

import { parseArgs } from "node:util";
import type { StreamServerOptions } from "../options/options.ts";
import type { ParameterTexts } from "../platform/parameters.ts";
import { given } from "./flag-values.ts";
import { parameterFlags, readParameterFlags } from "./parameter-flags.ts";
import { pictureFlags, pictureOptions } from "./picture-flags.ts";
import { secondsOf } from "./recording-flags.ts";
import { scenesOf } from "./scene-arguments.ts";

export const recordHelp = `Record a scene to a file of video, as it is when nobody steers it.

  scenecast record scene.ts film.mp4     until Ctrl-C, which ends the file in order
  scenecast record scene.ts --seconds 10 film.mp4

  --seconds <span>          how long: 10, 90s or 2m
  --cut-rests               where the scene rests, one second of it is left
  --key-frames <span>       how far key frames, to which players can jump, may be apart; 2s
  --size <size>             1280x720; even numbers from 16 to 8192
  --fps <number>            60; at most this many frames per second, 1 to 240
  --codec <name>            h264; vp9 or av1; in .webm and .mkv vp8, too
  --bitrate <bits/s>        8M; at most this much
  --render-scale <part>     1; draw at this part of each side while things move and there is no GPU, 0.25 to 1, or auto
  --panorama                draw all around the camera, for players of 360° video; with a size of 2 to 1, as 3840x1920
  --param <name=value>      set a parameter of the scene; may be repeated

The ending of the file says what it becomes: .mp4, .mkv or .webm. What is there is never written over: film-2.mp4. There is no
sound. What the scene draws is shown in its own time, so a machine that is too slow leaves frames out.

Exit codes: as of scenecast serve.
`;

export type RecordCommand = {
  readonly file: string;
  readonly seconds: number | null;
  readonly cutRests: boolean;
  readonly keyFrameSeconds: number;
  readonly options: StreamServerOptions;
  /** Values for parameters of the scene, as they were written. */
  readonly parameters: ParameterTexts;
};

const KEY_FRAME_SECONDS = 2;

const flags = {
  ...pictureFlags,
  ...parameterFlags,
  seconds: { type: "string" },
  "cut-rests": { type: "boolean" },
  "key-frames": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** Reads what follows `record`; null asks for help. Throws `TypeError` with a line for people. */
export function readRecordArguments(args: readonly string[]): RecordCommand | null {
  const { values, positionals } = parseArgs({ args: [...args], options: flags, allowPositionals: true, strict: true });
  if (values.help === true) return null;
  const [scene, file, ...rest] = positionals;
  if (scene === undefined || file === undefined) {
    throw new TypeError("Name the scene and the file: scenecast record scene.ts film.mp4.");
  }
  if (rest.length > 0) throw new TypeError(`"${rest[0]}" is one too many. See scenecast record --help.`);
  const scenes = scenesOf([scene]);
  if (scenes.scene === undefined) throw new TypeError("One scene is recorded at a time: name a file.");
  const { seconds, "key-frames": keyFrames, "cut-rests": cutRests = false } = values;
  const picture = pictureOptions({ size: "1280x720", "render-scale": "1", ...values });
  return {
    file,
    seconds: seconds === undefined ? null : spanOf(seconds, "--seconds", 0.1, 86_400),
    cutRests,
    keyFrameSeconds: keyFrames === undefined ? KEY_FRAME_SECONDS : spanOf(keyFrames, "--key-frames", 0.5, 600),
    options: { ...given({ scene: scenes.scene }), ...picture },
    parameters: readParameterFlags(values),
  };
}

function spanOf(text: string, flag: string, min: number, max: number): number {
  const seconds = secondsOf(text);
  if (seconds >= min && seconds <= max) return seconds;
  throw new TypeError(`${flag} must be a span like 10, 90s or 2m, from ${min} to ${max} seconds.`);
}
