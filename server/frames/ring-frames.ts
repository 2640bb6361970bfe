/** Owns what a frame is in the ring (frame-ring.ts): its pixels, the forms that it has, and what it is besides. Types only. */

import type { Milliseconds } from "../../shared/time.ts";
import type { PictureSize } from "../../shared/video.ts";

/** The pixels of a frame, in one form or both; null where the writer had no use for a form. */
export type FramePixels = {
  /** Four bytes a pixel; rows run from the bottom up, as OpenGL writes them, or from the top down. */
  readonly rgba: Uint8Array | null;
  /** Whether the rows of RGBA run from the top down. Default false. */
  readonly isTopDown?: boolean;
  /** Y'CbCr 4:2:0 with the BT.601 matrix in limited range, as i420-layout.ts has it. */
  readonly i420: Uint8Array | null;
  /** How large the picture is. Default: as large as was agreed. */
  readonly size?: PictureSize;
  /** Where RGBA was drawn smaller than the picture is, its size; its rows follow one another without gaps. */
  readonly drawnSize?: PictureSize;
};

/** What of a slot was filled. */
export type FilledForms = {
  readonly rgba: boolean;
  readonly i420: boolean;
  /** Whether the rows of RGBA run from the top down. Default false. */
  readonly isTopDown?: boolean;
};

/** A slot to be filled; valid until it is published. */
export type FrameSlot = {
  readonly rgba: Uint8Array<SharedArrayBuffer>;
  readonly i420: Uint8Array<SharedArrayBuffer>;
};

/** What a frame is besides its pixels. */
export type FrameDescription = {
  /** Counted from 1 by the render thread. */
  number: number;
  /** When the drawing began; milliseconds since the epoch. */
  renderedAt: Milliseconds;
  /** How long drawing and reading back took. */
  renderMs: number;
  readbackMs: number;
  /** Whether this is the finer picture of a scene at rest, worth more bits than one in motion. */
  atRest: boolean;
};
