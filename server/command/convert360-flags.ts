/** Owns the words of `scenecast convert360`. Pure. */

import { parseArgs } from "node:util";
import type { PictureSize } from "../../shared/video.ts";
import {
  layoutNames,
  parseTiles,
  type SphereLayout,
  type SphereLayoutName,
  sphereLayouts,
} from "../encode/sphere/layouts.ts";
import { type MovieCoding, movieCodecs } from "../encode/video/movie-codec.ts";
import { codecFor, renderOutputOf } from "../offline/render-output.ts";
import { oneOf, wholeNumber } from "../platform/option-checks.ts";
import { numberOf, sizeIn } from "./flag-values.ts";

export const convert360Help = `Give a video of all around another layout, with its times and its sound as they are.

  scenecast convert360 <in.mp4> <out.mp4>        an equirectangular one, that players of 360° video know: .mp4, .mov, .mkv
                                                 or .webm

  --from <layout>           auto, which goes by what the file says, its shape and its seams; or a layout
  --to <layout>             equirect; or a layout that has a name
  --size <size>             as fine as it was; even numbers from 16 to 8192
  --codec <name>            h264; vp9 or av1
  --quality <number>        90; 1 to 100
  --overwrite               replace what is there

Layouts
  equirect                  twice as wide as high: straight ahead in the middle, straight up all along the top
  cube                      three faces over three, all upright: right, left, up over down, front, back
  cube-turned               left, front, right over down, back, up, which are turned a quarter; as most 360° cameras
                            and YouTube have it
  eac                       the same with even angles: YouTube's equi-angular cube map
  lfrdbu:000313             six faces of r, l, u, d, f and b, the upper row first, and by how many quarters of a turn,
                            clockwise, each is turned

Exit codes: 0 done, 2 bad arguments, 7 no encoder, 8 a file that cannot be read or written, 130 stopped by Ctrl-C or a signal.
`;

export type Convert360Command = {
  readonly input: string;
  readonly output: string;
  /** FFmpeg's name of the format. */
  readonly format: string;
  /** Null looks. */
  readonly from: SphereLayout | null;
  readonly to: SphereLayoutName;
  readonly size: PictureSize | null;
  readonly coding: MovieCoding;
  readonly overwrite: boolean;
};

const flags = {
  from: { type: "string" },
  to: { type: "string" },
  size: { type: "string" },
  codec: { type: "string" },
  quality: { type: "string" },
  overwrite: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** Reads what follows `convert360`; null asks for help. Throws `TypeError` with a line for people. */
export function readConvert360Arguments(args: readonly string[]): Convert360Command | null {
  const { values, positionals } = parseArgs({ args: [...args], options: flags, allowPositionals: true, strict: true });
  if (values.help === true) return null;
  const [input, output, ...rest] = positionals;
  if (input === undefined || output === undefined) {
    throw new TypeError("Name both videos: scenecast convert360 <in.mp4> <out.mp4>.");
  }
  if (rest.length > 0) throw new TypeError(`"${rest[0]}" is one too many. See scenecast convert360 --help.`);
  const { from, to = "equirect", size, quality, overwrite = false } = values;
  return {
    input,
    output,
    from: from === undefined || from === "auto" ? null : layoutOf(from),
    to: oneOf("--to", to, layoutNames),
    size: size === undefined ? null : sizeOf(size),
    overwrite,
    ...formOf(output, values.codec, quality === undefined ? 90 : numberOf(quality)),
  };
}

function formOf(
  path: string,
  codec: string | undefined,
  quality: number,
): Pick<Convert360Command, "format" | "coding"> {
  const output = inWords(() => renderOutputOf(path, { first: 0, last: 0 }));
  if (output.kind !== "movie")
    throw new TypeError(`The output must be a video: .mp4, .mov, .mkv or .webm, not ${path}.`);
  const wanted = codec === undefined ? null : oneOf("--codec", codec, movieCodecs);
  const fitting = inWords(() => codecFor(output, wanted));
  const whole = wholeNumber("--quality", quality, 1, 100);
  return { format: output.format, coding: { codec: fitting, chroma: "420", quality: whole, lossless: false } };
}

function inWords<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(error.message.replace("options.output", "The output").replace("options.codec", "--codec"));
  }
}

function layoutOf(text: string): SphereLayout {
  const name = layoutNames.find((one) => one === text);
  if (name !== undefined) return sphereLayouts[name];
  if (text.includes(":")) {
    try {
      return parseTiles(text);
    } catch (error) {
      throw new TypeError(`--from ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new TypeError(`--from must be auto, ${layoutNames.join(", ")}, or tiles like lfrdbu:000313.`);
}

function sizeOf(text: string): PictureSize {
  const size = sizeIn(text);
  const isSide = (side: number): boolean => side >= 16 && side <= 8192 && side % 2 === 0;
  if (size !== null && isSide(size.width) && isSide(size.height)) return size;
  throw new TypeError("--size must be written like 3840x1920: even numbers from 16 to 8192.");
}
