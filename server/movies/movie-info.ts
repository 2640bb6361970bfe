/** Owns what is told of a movie and of its frames. Pure. */

/** A movie, as others see it. */
export type MovieInfo = {
  /** In pixels, as it is shown: turned as the file says. */
  readonly width: number;
  readonly height: number;
  /** Frames a second, on the average. */
  readonly frameRate: number;
  /** Whether frames are shown for different times, so that the time of one does not follow from its number. */
  readonly isRateVariable: boolean;
  readonly frameCount: number;
  /** How long it is, from the beginning of the first frame to the end of the last. */
  readonly seconds: number;
  /** FFmpeg's name of the coding, such as `h264`, `hevc`, `vp9`, `av1` or `prores`. */
  readonly codec: string;
  /** By how many degrees, clockwise, its pictures were turned to be upright. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** How wide a pixel is to be shown by its height; 1 for most. Frames are given without it. */
  readonly pixelAspectRatio: number;
  /** The size of its file. */
  readonly bytes: number;
};

/** A frame of a movie. */
export type MoviePicture = {
  /** From 0. */
  readonly frame: number;
  /** When it is shown, in seconds from the beginning of the movie. */
  readonly seconds: number;
  readonly width: number;
  readonly height: number;
  /** RGBA, four bytes a pixel, the top row first, without gaps. */
  readonly pixels: Uint8Array<ArrayBuffer>;
};
