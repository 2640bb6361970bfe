/** Owns the movies that are encoded as tasks of a job: what is kept of how they are to be, and its checks. Pure. */

import { extname } from "node:path";
import type { Json } from "../../shared/custom-message.ts";
import type { PictureSize } from "../../shared/video.ts";
import type { MovieCoding } from "../encode/video/movie-codec.ts";
import type { FrameRate } from "../encode/video/movie-encoder.ts";
import { fieldsOf, pictureSize } from "../platform/option-checks.ts";
import { type CodingOptions, codingOf } from "./coding-options.ts";
import { parseFrameRate } from "./frame-rate.ts";
import { type RenderOutput, renderOutputOf } from "./render-output.ts";

/** What all movies of a job have in common, as JSON. */
export type EncodeJobSettings = CodingOptions & {
  /** The ending: mp4, mov, mkv or webm. */
  readonly as: string;
  /** Even numbers from 16 to 8192: a box that the pictures fit into, never enlarged. Default that of the movie. */
  readonly size?: PictureSize;
  /** Default that of the movie. */
  readonly fps?: number | string;
};

export type ResolvedEncode = {
  readonly format: Extract<RenderOutput, { readonly kind: "movie" }>["format"];
  readonly coding: MovieCoding;
  readonly size: PictureSize | null;
  readonly fps: FrameRate | null;
};

const names = ["as", "codec", "chroma", "quality", "lossless", "size", "fps"] as const;

/** Throws `TypeError` naming the option and its rule. */
export function resolveEncode(settings: Json | EncodeJobSettings): ResolvedEncode {
  fieldsOf("options", settings, names);
  const { as, size, fps, ...coding } = settings as EncodeJobSettings;
  const output = typeof as === "string" ? renderOutputOf(`movie.${as}`, { first: 0, last: 0 }) : null;
  if (output?.kind !== "movie" || extname(`movie.${as}`) !== `.${as}`) {
    throw new TypeError("options.as must be mp4, mov, mkv or webm.");
  }
  return {
    format: output.format,
    coding: codingOf(coding, output),
    size: size === undefined ? null : pictureSize("options.size", size),
    fps: fps === undefined ? null : parseFrameRate(fps),
  };
}
