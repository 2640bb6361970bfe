/**
 * Owns which codecs viewers of a scene are sent, and in which fineness of colours, in the scene's process: by what the
 * server's options say and what the scene says of itself. Counts for connections that begin from then on. Pure.
 */

import {
  type Chroma,
  type ChromaWish,
  chromaOf,
  codecOf,
  type SceneContent,
  type StreamCodec,
  streamCodecs,
  type VideoCodec,
} from "../../../shared/video.ts";

export type CodecOptions = {
  /** The codec for everybody, or null to choose for each viewer. */
  readonly codec: VideoCodec | null;
  readonly chroma: ChromaWish;
};

/** The best first; there is always one in 4:2:0, for viewers that know no other. */
export function sentCodecs({ codec, chroma }: CodecOptions, content: SceneContent): readonly StreamCodec[] {
  const sent = streamCodecs.filter((one) => codec === null || codecOf(one) === codec);
  const inChroma = (wanted: Chroma) => sent.filter((one) => chromaOf(one) === wanted);
  const isFull = chroma === "444" || (chroma === "auto" && content !== "surfaces");
  return [...(isFull ? inChroma("444") : []), ...inChroma("420")];
}
