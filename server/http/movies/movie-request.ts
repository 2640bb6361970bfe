/** Owns what the address of a movie or of its frames says: read, or refused with the rule. Pure. */

import type { PictureSize } from "../../../shared/video.ts";
import { type FrameForm, type FrameFormat, frameFormats } from "../../movies/movie-form.ts";
import { parseSnapshotQuery } from "../routes/picture-query.ts";

export type MovieAddress =
  | { readonly kind: "list" }
  | { readonly kind: "movie"; readonly names: readonly string[] }
  | {
      readonly kind: "frames";
      readonly names: readonly string[];
      readonly first: number;
      readonly last: number;
      /** Whether several were asked for, though it may be one. */
      readonly isRange: boolean;
      readonly format: FrameFormat;
    };

const MAX_PATH_LENGTH = 4096;
/** So many frames are given by one request at most. */
export const MAX_RANGE = 1000;

/** Reads what comes after `/movies`, as it was sent; null where it leads nowhere. Throws `TypeError` for a range that is none. */
export function parseMovieAddress(path: string): MovieAddress | null {
  if (path === "" || path === "/") return { kind: "list" };
  if (path.length > MAX_PATH_LENGTH || !path.startsWith("/")) return null;
  const names = path.slice(1).split("/").map(decoded);
  if (!names.every((name) => name !== null)) return null;
  const [, first, last, ending] = /^(\d{1,9})(?:\.\.(\d{1,9}))?\.([a-z]{3,4})$/.exec(names.at(-1) ?? "") ?? [];
  const format = frameFormats.find((one) => one === ending);
  if (names.length < 3 || names.at(-2) !== "frames" || first === undefined || format === undefined) {
    return { kind: "movie", names };
  }
  const range = { first: Number(first), last: Number(last ?? first) };
  if (range.last < range.first || range.last - range.first >= MAX_RANGE) {
    throw new TypeError(`A range of frames must be FIRST..LAST, in this order, of at most ${MAX_RANGE} frames.`);
  }
  return { kind: "frames", names: names.slice(0, -2), ...range, isRange: last !== undefined, format };
}

/** Reads `size` and `quality`. Throws `TypeError` naming the field and the rule. */
export function parseFrameForm(
  format: FrameFormat,
  query: Readonly<Record<string, unknown>>,
  movie: PictureSize,
): FrameForm {
  const { size, quality } = parseSnapshotQuery(format === "raw" ? "png" : format, query, movie);
  return { format, size, quality };
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
