/** Owns what both ends call a codec and a picture size. */

/** The codecs a stream can have, in the order in which the server prefers them. */
export const videoCodecs = ["h264", "vp8", "vp9", "av1"] as const;
/** `"h264"`, `"vp8"`, `"vp9"` or `"av1"`. */
export type VideoCodec = (typeof videoCodecs)[number];

/** Width and height of a picture in pixels; both are even, from 16 to 8192. */
export type PictureSize = { readonly width: number; readonly height: number };

/** An encoded frame on its way from the encoder to viewers. */
export type EncodedPacket = {
  readonly codec: VideoCodec;
  /** Annex B for H.264, one temporal unit for AV1, one frame for VP8 and VP9. */
  readonly data: Uint8Array;
  readonly isKeyFrame: boolean;
  /** The number of the rendered frame, counted from 1; a repeated frame keeps its number. */
  readonly frame: number;
};
