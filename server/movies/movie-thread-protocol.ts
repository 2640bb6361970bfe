/** Owns what a movie and the thread that reads it say to each other. */

import type { PlainError } from "../../shared/errors.ts";
import type { PictureSize } from "../../shared/video.ts";
import type { PlainIndex } from "./frame-index.ts";
import type { MovieInfo, MoviePicture } from "./movie-info.ts";

export type MovieThreadData = {
  readonly path: string;
  readonly threads: number;
  /** Whether all of the file is read for its index. */
  readonly isReadWhole: boolean;
  /** What an earlier reader of the same file found. */
  readonly index?: PlainIndex;
};

/** The movie is the only sender. */
export type ToMovieThread =
  | { readonly kind: "frame"; readonly job: number; readonly frame: number; readonly size: PictureSize | null }
  | { readonly kind: "close" };

/** The thread is the only sender: what it opened, once, and an answer to each job. Pixels are transferred. */
export type FromMovieThread =
  | { readonly kind: "opened"; readonly info: MovieInfo; readonly index: PlainIndex }
  | { readonly kind: "frame"; readonly job: number; readonly picture: MoviePicture }
  | { readonly kind: "refused"; readonly job: number; readonly error: PlainError };
