/** Owns in which forms frames of movies are given. Pure. */

import type { PictureSize } from "../../shared/video.ts";

/** The forms by their endings: pictures, or the pixels as they are, RGBA. */
export const frameFormats = ["png", "jpg", "webp", "raw"] as const;
export type FrameFormat = (typeof frameFormats)[number];

export type FrameForm = {
  readonly format: FrameFormat;
  /** Null for that of the movie. */
  readonly size: PictureSize | null;
  /** 1 to 100; of no account for PNG and pixels, which are exact. */
  readonly quality: number;
};

/** The name of a form: two of one name give the same bytes. */
export function formName({ format, size, quality }: FrameForm): string {
  const exact = format === "png" || format === "raw";
  const side = size === null ? "" : `-${size.width}x${size.height}`;
  return `${format}${exact ? "" : quality}${side}`;
}
