/** Owns what a viewer may be doing. How it follows from the parts stands in viewer-state-keeper.ts. */

import type { StreamErrorCode } from "../shared/errors.ts";
import type { WayTrouble } from "./streams/viewer-stats.ts";

/** What a viewer is doing. */
export type ViewerState =
  /** On the way to the first picture. `trouble` says why the way that was chosen brings none, where that is known. */
  | { readonly kind: "connecting"; readonly trouble: WayTrouble | null }
  /**
   * The server is there, the scene is not yet, or not again. `sentence` says why, when there is something to say. `isDown`:
   * it fell again and again, and is tried ever more seldom; a host can have it started (`viewer.scene.restart()`).
   */
  | { readonly kind: "waiting"; readonly sentence: string | null; readonly isDown: boolean }
  /** All places are taken; it goes on by itself when it is this viewer's turn. `position` counts from 1. */
  | { readonly kind: "queued"; readonly position: number; readonly waiting: number }
  /** The picture is the scene's of now. */
  | { readonly kind: "live" }
  /** There was a picture, and the way to the next one is being made again. */
  | { readonly kind: "reconnecting"; readonly trouble: WayTrouble | null }
  /** The server wants the token of a share link; `Viewer.unlock()` takes it. */
  | { readonly kind: "locked" }
  /** It does not go on by itself, except when the server says so. `sentence` is for people. */
  | { readonly kind: "gone"; readonly code: StreamErrorCode; readonly sentence: string };
