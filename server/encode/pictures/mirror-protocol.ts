/** Owns the messages between the session and the mirror thread. After each message to it the session wakes the ring. */

import type { PictureWish } from "../../frames/picture-wish.ts";
import type { RingThreadData } from "../ring-thread.ts";

export type MirrorThreadData = RingThreadData;

/** The session is the only sender. */
export type ToMirrorThread =
  /** Begins a mirror, with the newest frame at once, or has one go on otherwise. */
  | { readonly kind: "show"; readonly mirrorId: string; readonly wish: PictureWish }
  | { readonly kind: "end"; readonly mirrorId: string }
  | { readonly kind: "close" };

/** The mirror thread is the only sender. */
export type FromMirrorThread =
  | { readonly kind: "ready" }
  /** Processor time of the thread in the last second. */
  | { readonly kind: "worked"; readonly cpuMs: number }
  /** The memory cannot be written; the mirror is over. A sentence for the log. */
  | { readonly kind: "refused"; readonly mirrorId: string; readonly reason: string };
