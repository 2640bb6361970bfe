/** Owns what both ends call a codec and a picture size. */

/** The codecs a stream can have, in the order in which the server prefers them. */
export const videoCodecs = ["h264", "vp8", "vp9", "av1"] as const;

/** A codec that a stream can have. */
export type VideoCodec = (typeof videoCodecs)[number];

/** Width and height of a picture in pixels; both are even, from 16 to 8192. */
export type PictureSize = { readonly width: number; readonly height: number };

/** Whether two pictures are equally wide and equally high. */
export function isSameSize(one: PictureSize, other: PictureSize): boolean {
  return one.width === other.width && one.height === other.height;
}

/** Whether pictures of two sizes have one shape, but for the whole pixels to which their sides are rounded. */
export function isSameShape(one: PictureSize, other: PictureSize): boolean {
  return (
    Math.abs(one.width * other.height - one.height * other.width) <=
    Math.max(one.width + one.height, other.width + other.height)
  );
}

/**
 * The size of a picture of `scene` that fits inside of `box`: its shape is kept and it is never enlarged. Null for the
 * scene's own size.
 */
export function fitInside(scene: PictureSize, box: PictureSize): PictureSize | null {
  const scale = Math.min(box.width / scene.width, box.height / scene.height);
  if (scale >= 1) return null;
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: side(scene.width), height: side(scene.height) };
}

/** An encoded frame on its way from the encoder to viewers. */
export type EncodedPacket = {
  readonly codec: VideoCodec;
  /** Annex B for H.264, one temporal unit for AV1, one frame for VP8 and VP9. */
  readonly data: Uint8Array;
  readonly isKeyFrame: boolean;
  /** The number of the rendered frame, counted from 1; a repeated frame keeps its number. */
  readonly frame: number;
};
