/** Owns what the pool and a process that decodes movies say to each other. */

import type { PlainError } from "../../shared/errors.ts";
import type { PlainIndex } from "./frame-index.ts";
import type { FrameForm } from "./movie-form.ts";
import type { MovieInfo } from "./movie-info.ts";

/** The pool is the only sender. A movie is known by its key, which no other file and no other state of it has. */
export type ToMovieDecoder =
  | ({ readonly kind: "open"; readonly job: number } & MovieOpening)
  | {
      readonly kind: "frame";
      readonly job: number;
      readonly movie: string;
      readonly frame: number;
      readonly form: FrameForm;
      /** Where in the memory of the two it is to be put (frame-places.ts); null where they have none. */
      readonly place: number | null;
    }
  | { readonly kind: "close"; readonly movie: string };

/** The process is the only sender: that it may begin, and an answer to each job. */
export type FromMovieDecoder =
  | { readonly kind: "ready" }
  | { readonly kind: "opened"; readonly job: number; readonly info: MovieInfo; readonly index: PlainIndex }
  | { readonly kind: "frame"; readonly job: number; readonly frame: SentFrame; readonly memoryBytes: number }
  | { readonly kind: "failed"; readonly job: number; readonly error: PlainError }
  /** The container of the movie had said what is not so, and its frames are others. */
  | { readonly kind: "misled"; readonly job: number };

/** The bytes themselves, or how many there are in the place that was named. */
export type SentFrame = Uint8Array | number;

export type MovieOpening = {
  readonly movie: string;
  readonly path: string;
  /** What is known of it where it is not the first time. */
  readonly index: PlainIndex | null;
  /** Whether all of it is read for the index, whatever its container says. */
  readonly isReadWhole: boolean;
};

export type OpenedMovie = Pick<Extract<FromMovieDecoder, { readonly kind: "opened" }>, "info" | "index">;
