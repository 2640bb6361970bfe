/** Owns the words of `scenecast render`. Pure but for the files that it names: a state and a path. */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parseFrameRange } from "../offline/frame-range.ts";
import type { RenderSceneOptions } from "../offline/render-options.ts";
import type { ParameterTexts } from "../platform/parameters.ts";
import { given, numberOf, type OptionNames, sizeIn } from "./flag-values.ts";
import { parameterFlags, readParameterFlags } from "./parameter-flags.ts";

export const renderHelp = `Render a scene off the clock, frame by frame, into a movie or pictures: as exact and as large as you like.

  scenecast render <scene.ts> <out.mp4>           a movie: .mp4, .mov, .mkv or .webm
  scenecast render <scene.ts> <frames/%05d.png>   a picture for each frame: .png, .jpg or .webp
  scenecast render --replay <log.gz> <out.mp4>    your session again, at another size: the event log is written by
                                                  scenecast serve --event-log <log.gz>

  --input <file>            a movie, a picture or a folder of pictures, whose frames the scene is given, one for each frame:
                            as a texture to draw over. The frames, rate, size and sound are then those of it
  --frames <first..last>    as 0..599; else all of --input, or to the end of --path or of --replay
  --fps <number>            30; or a fraction like 30000/1001
  --size <size>             1280x720, or that of the log
  --samples <number>        8; drawings of which each frame is the mean: 1, 2, 4 and so on to 256
  --panorama                draw all around the camera, for players of 360° video; with a size of 2 to 1, as 3840x1920

What the scene is given
  --param <name=value>      a value for a parameter that the scene declares; give it once for each
  --state <state.json>      the state that it begins in, as its getState gives it
  --path <path.json>        key frames of its state or its camera: [{ "time": 0, "camera": { "position": [0, 1, 5],
                            "target": [0, 0, 0] } }, { "time": 4, … }]
  --room <name>             the room of the log, where several had input
  --seed <number>           1; what Math.random follows from
  --date <date>             2026-01-01T00:00:00Z; what Date says at frame 0
  --warm-up <number>        0; frames before each piece that the scene is moved through without being drawn, where it
                            hangs on its earlier frames; all begins with frame 0, and is what --replay does

The movie
  --audio <file>            copy the sound of a file beside it, as it is; else that of --input
  --no-audio                have no sound
  --codec <name>            h264; or vp9 or av1
  --chroma <kind>           420; or 444, sharper colours that fewer programs play
  --quality <number>        90; 1 to 100, of JPEG and WebP as well
  --lossless                of H.264, VP9 and WebP

The work
  --workers <number>        as many as there are cores, at most 4; the output is the same
  --piece <frames>          about 120; what is rendered in one go. Finished pieces are kept in <output>.pieces until all
                            are there: after Ctrl-C the same command goes on
  --overwrite               begin anew, and replace what is there

Exit codes: as of scenecast serve; 8 a file that cannot be read or written, 130 stopped by Ctrl-C or a signal.
`;

/** Values for parameters are known by their form when the scene is there, so they stay as they were written. */
export type RenderCommand = { readonly options: RenderSceneOptions; readonly parameters: ParameterTexts };

const flags = {
  frames: { type: "string" },
  fps: { type: "string" },
  size: { type: "string" },
  samples: { type: "string" },
  panorama: { type: "boolean" },
  state: { type: "string" },
  path: { type: "string" },
  replay: { type: "string" },
  room: { type: "string" },
  seed: { type: "string" },
  date: { type: "string" },
  "warm-up": { type: "string" },
  input: { type: "string" },
  audio: { type: "string" },
  "no-audio": { type: "boolean" },
  codec: { type: "string" },
  chroma: { type: "string" },
  quality: { type: "string" },
  lossless: { type: "boolean" },
  workers: { type: "string" },
  piece: { type: "string" },
  overwrite: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  ...parameterFlags,
} as const;

/** The name on the command line of each option. */
const renderOptionNames: OptionNames = [
  ["options.scene", "The scene"],
  ["options.output", "The output"],
  ["options.frames", "--frames"],
  ["options.fps", "--fps"],
  ["options.size.width", "The width in --size"],
  ["options.size.height", "The height in --size"],
  ["options.samples", "--samples"],
  ["options.panorama", "--panorama"],
  ["options.workers", "--workers"],
  ["options.pieceFrames", "--piece"],
  ["options.warmUp", "--warm-up"],
  ["options.path", "--path"],
  ["options.replay", "--replay"],
  ["options.room", "--room"],
  ["options.seed", "--seed"],
  ["options.date", "--date"],
  ["options.input", "--input"],
  ["options.audio", "--audio"],
  ["options.codec", "--codec"],
  ["options.chroma", "--chroma"],
  ["options.quality", "--quality"],
  ["options.lossless", "--lossless"],
];

/** Reads what follows `render`; null asks for help. Throws `TypeError` with a line for people. */
export function readRenderArguments(args: readonly string[]): RenderCommand | null {
  const { values, positionals } = parseArgs({ args: [...args], options: flags, allowPositionals: true, strict: true });
  if (values.help === true) return null;
  const [first, second, ...rest] = positionals;
  if (rest.length > 0) throw new TypeError(`"${rest[0]}" is one too many. See scenecast render --help.`);
  const output = second ?? (values.replay === undefined ? undefined : first);
  const scene = second === undefined ? undefined : first;
  if (output === undefined) {
    throw new TypeError("Name the scene and the output: scenecast render <scene.ts> <out.mp4>.");
  }
  if (values.audio !== undefined && values["no-audio"] === true)
    throw new TypeError("--audio and --no-audio exclude each other.");
  const audio = values["no-audio"] === true ? false : values.audio;
  const { panorama, frames, size, fps, replay, room, date, input, codec, chroma, lossless, overwrite, state, path } =
    values;
  const number = (text: string | undefined): number | undefined => (text === undefined ? text : numberOf(text));
  const warmUp = values["warm-up"];
  const options = {
    output,
    ...given({
      scene,
      frames: frames === undefined ? frames : parseFrameRange(frames),
      size: size === undefined ? size : sizeOf(size),
      warmUp: warmUp === undefined || warmUp === "all" ? warmUp : numberOf(warmUp),
      state: state === undefined ? state : (jsonIn("--state", state) as RenderSceneOptions["state"]),
      path: path === undefined ? path : keyFramesIn(path),
      samples: number(values.samples),
      workers: number(values.workers),
      pieceFrames: number(values.piece),
      seed: number(values.seed),
      quality: number(values.quality),
      ...{ panorama, fps, replay, room, date, input, audio, lossless, overwrite },
      // Words from lists are checked with the other options, where the lists are.
      codec: codec as RenderSceneOptions["codec"],
      chroma: chroma as RenderSceneOptions["chroma"],
    }),
  };
  return { options: options as RenderSceneOptions, parameters: readParameterFlags(values) };
}

/** A sentence about an option in the words of the command line. */
export function inWordsOfRender(sentence: string): string {
  const found = renderOptionNames.find(
    ([option]) => sentence.startsWith(option) && /^[ [.]/.test(sentence.slice(option.length)),
  );
  const said = found === undefined ? sentence : `${found[1]}${sentence.slice(found[0].length)}`;
  return said
    .replaceAll("{ first: 0, last: 599 }", "0..599")
    .replace("options.replay", "--replay")
    .replace(/Render with `overwrite`/, "Add --overwrite");
}

function sizeOf(text: string): { readonly width: number; readonly height: number } {
  const size = sizeIn(text);
  if (size === null) throw new TypeError("--size must be written like 3840x2160.");
  return size;
}

/** Errors name the file and not the option. */
function keyFramesIn(path: string): RenderSceneOptions["path"] {
  const value = jsonIn("--path", path);
  if (Array.isArray(value)) return value as RenderSceneOptions["path"];
  throw new TypeError(`${path} must be a list of key frames, like [{ "time": 0, "state": … }, …].`);
}

function jsonIn(flag: string, path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TypeError(`${flag} must name a file with JSON; ${path} is none: ${reason}.`);
  }
}
