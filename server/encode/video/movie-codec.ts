/** Owns the table of encoders of movies and their options. Pure. */

import type { Chroma } from "../../../shared/video.ts";

/** The codecs of movies. */
export const movieCodecs = ["h264", "vp9", "av1"] as const;
/** One of the codecs of movies. */
export type MovieCodec = (typeof movieCodecs)[number];

/** How pictures are coded. */
export type MovieCoding = {
  readonly codec: MovieCodec;
  readonly chroma: Chroma;
  /** 1 to 100. */
  readonly quality: number;
  /** Whether the pictures are kept to the bit, as they are in Y'CbCr. `quality` does not count then. */
  readonly lossless: boolean;
};

/** The quantizer of H.264, 0 to 51, for a quality: 18, at which hardly a difference is seen, for 90. */
function quantizerOf(quality: number): number {
  return Math.round(45 - 0.3 * quality);
}

/** That of VP9 and AV1, 0 to 63, which looks about as good. */
function widerQuantizerOf(quality: number): number {
  return Math.round((quantizerOf(quality) * 63) / 51);
}

/** FFmpeg's encoder, and its options: a constant quantizer, and no looking ahead over more than a picture. */
export function movieOptions({ codec, quality, lossless }: MovieCoding): {
  readonly encoder: string;
  readonly options: Readonly<Record<string, string>>;
} {
  switch (codec) {
    case "h264": {
      const qp = lossless ? 0 : quantizerOf(quality);
      const fixed = "scenecut=0:open-gop=0:bframes=0:aq-mode=0:mbtree=0";
      return { encoder: "libx264", options: { preset: "veryfast", qp: String(qp), "x264-params": fixed } };
    }
    case "vp9": {
      const measure = lossless ? { lossless: "1" } : { crf: String(widerQuantizerOf(quality)), b: "0" };
      const fixed = { deadline: "good", "cpu-used": "5", "lag-in-frames": "0", "auto-alt-ref": "0", "row-mt": "1" };
      return { encoder: "libvpx-vp9", options: { ...fixed, ...measure } };
    }
    case "av1": {
      const params = "rc=0:aq-mode=0:pred-struct=1:lookahead=0:scd=0";
      const qp = String(Math.max(1, widerQuantizerOf(quality)));
      return { encoder: "libsvtav1", options: { preset: "8", qp, "svtav1-params": params } };
    }
  }
}
