/** Owns what viewers who share an encoder wish of it together. Pure. */

import type { Preference } from "../../../shared/signaling.ts";
import type { PictureSize } from "../../../shared/video.ts";
import type { VideoStream } from "../viewers/video-stream.ts";

/** The size that is enough for each of them; null where one of them is not known. */
export function largestOf(sizes: readonly (PictureSize | null)[]): PictureSize | null {
  const known = sizes.filter((size) => size !== null);
  if (known.length < sizes.length || known.length === 0) return null;
  return {
    width: Math.max(...known.map(({ width }) => width)),
    height: Math.max(...known.map(({ height }) => height)),
  };
}

/** What all who have a preference prefer; the server's where they differ or have none. */
export function preferenceOf(streams: readonly Pick<VideoStream, "wish">[], fallback: Preference): Preference {
  const own = new Set(streams.map(({ wish }) => wish.preference).filter((preference) => preference !== "auto"));
  const [first] = own;
  return first !== undefined && own.size === 1 ? first : fallback;
}
