/** Owns what all sources of a studio have in common, for the render thread that composes them. Types only. */

import type { PictureShowing } from "../../shared/picture-cut.ts";
import type { Pixels } from "./blit.ts";

/** A picture of a source, another object for each. RGBA, rows from the top down, colours not multiplied by alpha. */
export type SourcePicture = Pixels & { readonly hasAlpha: boolean };

export type ViewSource = {
  /** The newest picture, which is valid until the next call; null where there is none. `at` is milliseconds since the epoch. */
  take(at: number): SourcePicture | null;
  /** Why there is none, in words for everybody; null where there is one, or one is on its way. */
  readonly trouble: string | null;
  /** It is shown otherwise from now on. */
  show(showing: PictureShowing): void;
  /** Whether anybody looks. */
  setWatched(watched: boolean): void;
  /** Nothing that was taken is valid any more. Idempotent. */
  close(): void;
};
