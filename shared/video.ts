/** Owns what both ends call a codec, the fineness of its colours, and a picture size. */

/** The codecs a stream can have, in the order in which the server prefers them. */
export const videoCodecs = ["h264", "vp8", "vp9", "av1"] as const;

/** A codec that a stream can have. */
export type VideoCodec = (typeof videoCodecs)[number];

/** How fine colours are: one for four pixels (4:2:0), or one for each (4:4:4). Brightness is whole in both. */
export type Chroma = "420" | "444";

/** How fine colours may be asked to be. */
export const chromaWishes = ["auto", "420", "444"] as const;

/** How fine colours are to be: `"auto"` is 4:4:4 where the scene says that it is made of lines or text, else 4:2:0. */
export type ChromaWish = (typeof chromaWishes)[number];

/**
 * What a stream can be coded as: a codec in 4:2:0, by its plain name, or in 4:4:4, those that take less time first. Their places
 * in this list are part of the protocol (socket-message.ts), so more are added at its end.
 */
export const streamCodecs = ["h264", "vp8", "vp9", "av1", "h264-444", "vp9-444"] as const;

/** A codec with the fineness of its colours. */
export type StreamCodec = (typeof streamCodecs)[number];

export function codecOf(codec: StreamCodec): VideoCodec {
  switch (codec) {
    case "h264-444":
      return "h264";
    case "vp9-444":
      return "vp9";
    default:
      return codec;
  }
}

export function chromaOf(codec: StreamCodec): Chroma {
  return codecOf(codec) === codec ? "420" : "444";
}

/** What a picture is mostly made of, as its scene says. */
export const sceneContents = ["surfaces", "lines", "text"] as const;

/** What a picture is mostly made of: surfaces, thin coloured lines and points, or text. */
export type SceneContent = (typeof sceneContents)[number];

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

/** A part of each side, in the even numbers that encoders take. */
export function scaledSize({ width, height }: PictureSize, scale: number): PictureSize {
  const even = (side: number) => Math.max(16, 2 * Math.round((side * scale) / 2));
  return { width: even(width), height: even(height) };
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
  readonly codec: StreamCodec;
  /** Annex B for H.264, one temporal unit for AV1, one frame for VP8 and VP9. */
  readonly data: Uint8Array;
  readonly isKeyFrame: boolean;
  /** The number of the rendered frame, counted from 1; a repeated frame keeps its number. */
  readonly frame: number;
};
