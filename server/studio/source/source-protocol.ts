/** Owns what the render thread of a studio and the process of one of its sources say to each other. Pictures go by shared memory. Types only. */

import type { PictureShowing } from "../../../shared/picture-cut.ts";
import type { PictureMemoryInit } from "../../frames/picture-memory.ts";
import type { StudioSource } from "../layout-source.ts";

/** The sources that have a process of their own. */
export type ForkedSource = Exclude<StudioSource, { readonly kind: "room" | "text" | "clock" }>;

export type ToSourceProcess =
  | {
      readonly kind: "start";
      readonly source: ForkedSource;
      readonly memory: PictureMemoryInit;
      readonly showing: PictureShowing;
      readonly maxFps: number;
      readonly watched: boolean;
    }
  /** It is shown otherwise from now on, by way of this memory; the newest picture comes again. */
  | { readonly kind: "show"; readonly memory: PictureMemoryInit; readonly showing: PictureShowing }
  /** Whether anybody looks. Movies wait meanwhile, and of streams nothing is decoded. */
  | { readonly kind: "watched"; readonly watched: boolean };

export type FromSourceProcess =
  /** It is well: once a second while pictures come, or are not wanted. */
  | { readonly kind: "alive" }
  /** It is over; the process ends. */
  | { readonly kind: "failed"; readonly reason: string };
