/** Owns the options of how pictures are coded, and of their size, which hangs on that. Pure. */

import type { Chroma, PictureSize } from "../../shared/video.ts";
import { type MovieCodec, type MovieCoding, movieCodecs } from "../encode/video/movie-codec.ts";
import { boolean, fieldsOf, oneOf, wholeNumber } from "../platform/option-checks.ts";
import { codecFor, type RenderOutput } from "./render-output.ts";

export type CodingOptions = {
  /** Default H.264; VP9 for webm. */
  readonly codec?: MovieCodec;
  /** Default 420. */
  readonly chroma?: Chroma;
  /** 1 to 100. Default 90. */
  readonly quality?: number;
  /** Default false. */
  readonly lossless?: boolean;
};

/** Throws `TypeError` naming the option and its rule. */
export function codingOf(options: CodingOptions, output: RenderOutput): MovieCoding {
  const { codec, chroma = "420", quality = 90, lossless = false } = options;
  const wanted = codec === undefined ? null : oneOf("options.codec", codec, movieCodecs);
  const coding = {
    codec: codecFor(output, wanted),
    chroma: oneOf("options.chroma", chroma, ["420", "444"]),
    quality: wholeNumber("options.quality", quality, 1, 100),
    lossless: boolean("options.lossless", lossless),
  };
  if (coding.codec === "av1" && coding.lossless) throw new TypeError("options.lossless is not there for AV1.");
  if (coding.codec === "av1" && coding.chroma === "444") throw new TypeError("options.chroma must be 420 for AV1.");
  return coding;
}

export function isEvenOnly(output: RenderOutput, { chroma }: MovieCoding): boolean {
  return output.kind === "movie" && chroma === "420";
}

/** Throws `TypeError` naming the side and its rule. */
export function sizeOf(value: unknown, output: RenderOutput, coding: MovieCoding): PictureSize {
  const { width, height } = fieldsOf("options.size", value, ["width", "height"]);
  const isEven = isEvenOnly(output, coding);
  return { width: sideOf("options.size.width", width, isEven), height: sideOf("options.size.height", height, isEven) };
}

function sideOf(name: string, value: unknown, isEven: boolean): number {
  const side = wholeNumber(name, value, 16, 8192);
  if (!isEven || side % 2 === 0) return side;
  throw new TypeError(`${name} must be an even number, as a movie in 4:2:0 has one colour for four pixels.`);
}
