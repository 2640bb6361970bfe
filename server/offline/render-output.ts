/** Owns what a render's output is, by its path: a movie, or a picture for each frame. Pure. */

import { basename, dirname, extname, join } from "node:path";
import type { MovieCodec } from "../encode/video/movie-codec.ts";
import { countOf, type FrameRange } from "./frame-range.ts";

const pictureFormats = ["png", "jpg", "webp"] as const;
export type PictureFormat = (typeof pictureFormats)[number];

export type RenderOutput =
  | {
      readonly kind: "movie";
      readonly path: string;
      /** FFmpeg's name of the format. */
      readonly format: "mp4" | "mov" | "matroska" | "webm";
    }
  | {
      readonly kind: "pictures";
      /** With the place of the number, unless there is one picture only. */
      readonly pattern: string;
      readonly format: PictureFormat;
    };

const movies: Readonly<Record<string, Extract<RenderOutput, { readonly kind: "movie" }>["format"]>> = {
  ".mp4": "mp4",
  ".m4v": "mp4",
  ".mov": "mov",
  ".mkv": "matroska",
  ".webm": "webm",
};
const pictures: Readonly<Record<string, PictureFormat>> = {
  ".png": "png",
  ".jpg": "jpg",
  ".jpeg": "jpg",
  ".webp": "webp",
};
/** The codecs that a format takes, the usual one first. */
const codecsOf: Readonly<Record<"mp4" | "mov" | "matroska" | "webm", readonly MovieCodec[]>> = {
  mp4: ["h264", "av1", "vp9"],
  mov: ["h264"],
  matroska: ["h264", "vp9", "av1"],
  webm: ["vp9", "av1"],
};
const NUMBER = /%(?:0(\d{1,2}))?d/g;
const endings: string = [...Object.keys(movies), ...Object.keys(pictures)].join(", ");

/** Throws `TypeError` where it is neither, or the frames have no names of their own. */
export function renderOutputOf(path: string, range: FrameRange): RenderOutput {
  const ending = extname(path).toLowerCase();
  const places = path.match(NUMBER)?.length ?? 0;
  const movie = movies[ending];
  if (movie !== undefined) {
    if (places > 0) throw new TypeError(`options.output must have no %d: ${path} is one movie of all frames.`);
    return { kind: "movie", path, format: movie };
  }
  const format = pictures[ending];
  if (format === undefined) throw new TypeError(`options.output must end with one of ${endings}, not ${path}.`);
  if (places > 1 || dirname(path).match(NUMBER) !== null) {
    throw new TypeError(`options.output must have one %d, in the name of the file: ${path}.`);
  }
  if (places === 0 && countOf(range) > 1) {
    const example = join(dirname(path), `%05d${extname(path)}`);
    throw new TypeError(`options.output must have the place of the frame's number in its name, as ${example}.`);
  }
  return { kind: "pictures", pattern: path, format };
}

/** The name of a frame's picture. */
export function picturePath(pattern: string, frame: number): string {
  return pattern.replaceAll(NUMBER, (_, width?: string) => String(frame).padStart(Number(width ?? 0), "0"));
}

/** The folder of finished pieces, beside the output. */
export function piecesFolderOf(output: RenderOutput): string {
  if (output.kind === "movie") return `${output.path}.pieces`;
  const name = basename(output.pattern).replaceAll(NUMBER, "frames");
  return join(dirname(output.pattern), `${name}.pieces`);
}

/** The codec of a movie. Throws `TypeError` where its format does not take the one that is wanted. */
export function codecFor(output: RenderOutput, wanted: MovieCodec | null): MovieCodec {
  if (output.kind === "pictures") {
    if (wanted !== null) throw new TypeError("options.codec is of use for a movie alone.");
    return "h264";
  }
  const known = codecsOf[output.format];
  const codec = wanted ?? known[0] ?? "h264";
  if (known.includes(codec)) return codec;
  throw new TypeError(`options.codec must be one of ${known.join(", ")} for ${extname(output.path)}.`);
}
