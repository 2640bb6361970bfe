/** Owns the options about how the picture is drawn and encoded. */

import { type ChromaWish, chromaWishes, type PictureSize, type VideoCodec, videoCodecs } from "../../shared/video.ts";
import { boolean, fieldsOf, isNumber, number, oneOf, pictureSize, wholeNumber } from "../platform/option-checks.ts";

/** How the picture is drawn. */
export type RenderOptions = {
  /**
   * The size of the picture in pixels: even numbers from 16 to 8192; or `"window"`, which takes the shape of the window of the
   * person who steers, 1280x720 until somebody does: in software with as many pixels as that, on a GPU with up to 2560x1440. Default
   * `"window"`.
   */
  readonly size?: PictureSize | "window";
  /** The most frames a second, 1 to 240. Default 60. */
  readonly maxFps?: number;
  /**
   * The part of each side of the picture, 0.25 to 1, at which it is drawn while things move, where there is no GPU; what is
   * streamed stays of the same size, and at rest the picture is exact. `"auto"` takes, from 1 down to 0.5, what keeps 30 frames
   * a second; with the preference `"fluid"` `maxFps`, with `"sharp"` 1. Default `"auto"`.
   */
  readonly scale?: number | "auto";
  /**
   * Whether all around the camera is drawn, equirectangular, whatever the scene says (`panoramaCamera`); recordings say so to
   * players of 360° video. The scene needs a camera in perspective and no `render()`. Default false.
   */
  readonly panorama?: boolean;
};

/** How the picture is encoded. */
export type EncodeOptions = {
  /** One codec for everybody, or `"auto"` to choose for each viewer. Default `"auto"`. */
  readonly codec?: VideoCodec | "auto";
  /**
   * How fine colours are: `"444"` has one for each pixel, which keeps thin coloured lines and text sharp while they move,
   * `"420"` one for four. `"auto"` is the former where the scene says that it is made of lines or text (`content`). Viewers
   * that cannot show 4:4:4 get 4:2:0. Not with the codecs `"vp8"` and `"av1"`, which are sent in 4:2:0 alone. Default `"auto"`.
   */
  readonly chroma?: ChromaWish;
  /** What a viewer's stream may take, in bits a second, 100 000 to 200 000 000. Default 8 000 000. */
  readonly bitrateBps?: number;
};

export type ResolvedRender = {
  /** To begin with, where it follows the window of who steers. */
  readonly size: PictureSize;
  readonly followsWindow: boolean;
  readonly maxFps: number;
  readonly scale: number | "auto";
  readonly panorama: boolean;
};

/** `codec` is null for `"auto"`. */
export type ResolvedEncode = {
  readonly codec: VideoCodec | null;
  readonly chroma: ChromaWish;
  readonly bitrateBps: number;
};

/** Throws `TypeError` naming the option and its rule. */
export function resolveRender(value: unknown): ResolvedRender {
  const { size, maxFps, scale, panorama } = fieldsOf("options.render", value, ["size", "maxFps", "scale", "panorama"]);
  return {
    ...sizeOf(size ?? "window"),
    maxFps: number("options.render.maxFps", maxFps ?? 60, 1, 240),
    scale: scaleOf(scale ?? "auto"),
    panorama: boolean("options.render.panorama", panorama ?? false),
  };
}

/** Throws `TypeError` naming the option and its rule. */
export function resolveEncode(value: unknown): ResolvedEncode {
  const fields = fieldsOf("options.encode", value, ["codec", "chroma", "bitrateBps"]);
  const codec = oneOf("options.encode.codec", fields["codec"] ?? "auto", ["auto", ...videoCodecs] as const);
  const bitrateBps = wholeNumber("options.encode.bitrateBps", fields["bitrateBps"] ?? 8_000_000, 100_000, 200_000_000);
  const chroma = chromaFor(fields["chroma"] ?? "auto", codec);
  return { codec: codec === "auto" ? null : codec, chroma, bitrateBps };
}

function sizeOf(value: unknown): Pick<ResolvedRender, "size" | "followsWindow"> {
  if (value === "window") return { size: { width: 1280, height: 720 }, followsWindow: true };
  if (typeof value !== "object") {
    throw new TypeError('options.render.size must be "window" or an object of width and height.');
  }
  return { size: pictureSize("options.render.size", value), followsWindow: false };
}

function chromaFor(value: unknown, codec: VideoCodec | "auto"): ChromaWish {
  const chroma = oneOf("options.encode.chroma", value, chromaWishes);
  if (chroma === "444" && (codec === "vp8" || codec === "av1")) {
    throw new TypeError(`options.encode.chroma must be auto or 420 with ${codec}: 4:4:4 is sent as h264 or vp9.`);
  }
  return chroma;
}

function scaleOf(value: unknown): number | "auto" {
  if (value === "auto" || isNumber(value, 0.25, 1)) return value;
  throw new TypeError('options.render.scale must be "auto" or a number from 0.25 to 1.');
}
