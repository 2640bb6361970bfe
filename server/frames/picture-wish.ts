/** Owns how somebody on this machine wants the pictures of a room, in memory of theirs. Types only. */

import type { PictureShowing } from "../../shared/picture-cut.ts";
import type { PictureMemoryInit } from "./picture-memory.ts";

export type PictureWish = {
  readonly memory: PictureMemoryInit;
  readonly showing: PictureShowing;
  /** The most pictures a second. */
  readonly maxFps: number;
};
