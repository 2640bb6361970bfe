/** Owns what an encode probe finds: a process of its own that encodes some pictures with each encoder, and ends. */

import type { VideoCodec } from "../../../shared/video.ts";

export type TriedEncoder = {
  readonly codec: VideoCodec;
  /** FFmpeg's name. */
  readonly name: string;
  readonly isHardware: boolean;
  /** Median milliseconds of a picture of 1280x720; null where it does not work. */
  readonly pictureMs: number | null;
  /** Why it does not; null where it does. */
  readonly refusal: string | null;
};

/** `at` is the place in the list of all encoders. What was tried last when the process fell is what made it fall. */
export type FromEncodeProbe =
  | {
      readonly kind: "trying";
      readonly at: number;
      readonly encoder: Pick<TriedEncoder, "codec" | "name" | "isHardware">;
    }
  | { readonly kind: "tried"; readonly at: number; readonly encoder: TriedEncoder }
  | { readonly kind: "finished" };
