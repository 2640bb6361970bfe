/** Owns the movies that are encoded as tasks of a job: what is kept of how they are to be, and its checks. Pure. */

import { extname } from "node:path";
import type { Json } from "../../shared/custom-message.ts";
import type { Chroma, PictureSize } from "../../shared/video.ts";
import { type MovieCodec, type MovieCoding, movieCodecs } from "../encode/video/movie-codec.ts";
import type { FrameRate } from "../encode/video/movie-encoder.ts";
import { boolean, fieldsOf, oneOf, pictureSize, wholeNumber } from "../platform/option-checks.ts";
import { parseFrameRate } from "./frame-rate.ts";
import { codecFor, type RenderOutput, renderOutputOf } from "./render-output.ts";

/** What all movies of a job have in common, as JSON. */
export type EncodeJobSettings = {
  /** The ending: mp4, mov, mkv or webm. */
  readonly as: string;
  /** Default H.264; VP9 for webm. */
  readonly codec?: MovieCodec;
  readonly chroma?: Chroma;
  /** 1 to 100. Default 90. */
  readonly quality?: number;
  readonly lossless?: boolean;
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
  const { as, codec, chroma = "420", quality = 90, lossless = false, size, fps } = settings as EncodeJobSettings;
  const output = typeof as === "string" ? renderOutputOf(`movie.${as}`, { first: 0, last: 0 }) : null;
  if (output?.kind !== "movie" || extname(`movie.${as}`) !== `.${as}`) {
    throw new TypeError("options.as must be mp4, mov, mkv or webm.");
  }
  const coding = {
    codec: codecFor(output, codec === undefined ? null : oneOf("options.codec", codec, movieCodecs)),
    chroma: oneOf("options.chroma", chroma, ["420", "444"]),
    quality: wholeNumber("options.quality", quality, 1, 100),
    lossless: boolean("options.lossless", lossless),
  };
  if (coding.codec === "av1" && (coding.lossless || coding.chroma === "444")) {
    throw new TypeError("options.codec must be another one than av1 for 444 or lossless.");
  }
  return {
    format: output.format,
    coding,
    size: size === undefined ? null : pictureSize("options.size", size),
    fps: fps === undefined ? null : parseFrameRate(fps),
  };
}
