/** Owns the flags of the command line about how the picture is drawn and encoded, and what they mean as options. Pure. */

import type { PictureSize } from "../../shared/video.ts";
import type { StreamServerOptions } from "../options/options.ts";
import { amountOf, given, numberOf, sizeIn } from "./flag-values.ts";

export const pictureFlags = {
  size: { type: "string" },
  fps: { type: "string" },
  "render-scale": { type: "string" },
  panorama: { type: "boolean" },
  codec: { type: "string" },
  bitrate: { type: "string" },
} as const;

type PictureFlag = "size" | "fps" | "render-scale" | "codec" | "chroma" | "bitrate";

/** Throws `TypeError` with a line for people. */
export function pictureOptions(
  values: Partial<Readonly<Record<PictureFlag, string>>> & { readonly panorama?: boolean | undefined },
): Required<Pick<StreamServerOptions, "render" | "encode">> {
  const { size, fps, "render-scale": scale, panorama, codec, chroma, bitrate } = values;
  return {
    render: given({
      size: size === undefined ? size : sizeOf(size),
      maxFps: fps === undefined ? fps : numberOf(fps),
      panorama,
      scale: scale === undefined || scale === "auto" ? scale : numberOf(scale),
    }),
    encode: given({
      codec: codec as "auto" | undefined,
      chroma: chroma as "auto" | undefined,
      bitrateBps: bitrate === undefined ? bitrate : amountOf(bitrate, "--bitrate"),
    }),
  };
}

function sizeOf(text: string): PictureSize | "window" {
  if (text === "window") return text;
  const size = sizeIn(text);
  if (size === null) throw new TypeError("--size must be window, or written like 1280x720.");
  return size;
}
