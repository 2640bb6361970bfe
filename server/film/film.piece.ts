/** The process that encodes movies of a film. Imported by its URL alone (jobs/piece-process.ts). */

import type { PieceWork } from "../jobs/piece-protocol.ts";
import { type EncodedMovie, type EncodeProgress, encodeMovie, type MovieEncoding } from "./encode-movie.ts";

/** What the pool calls. */
export const work: PieceWork<MovieEncoding, EncodeProgress, EncodedMovie> = encodeMovie;
