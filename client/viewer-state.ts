/** Owns what a viewer is doing, said in one state, and how it follows from the parts. Pure. */

import type { StreamErrorCode } from "../shared/errors.ts";
import type { SceneStatus } from "../shared/signaling.ts";
import type { LinkState } from "./link/server-link.ts";

export type ViewerState =
  /** On the way to the first picture. */
  | { readonly kind: "connecting" }
  /** The server is there, the scene is not yet, or not again. `sentence` says why, when there is something to say. */
  | { readonly kind: "waiting"; readonly sentence: string | null }
  /** All places are taken; it goes on by itself when it is this viewer's turn. `position` counts from 1. */
  | { readonly kind: "queued"; readonly position: number; readonly waiting: number }
  /** The picture is the scene's of now. */
  | { readonly kind: "live" }
  /** There was a picture, and the way to the next one is being made again. */
  | { readonly kind: "reconnecting" }
  /** The server wants the token of a share link; `Viewer.unlock()` takes it. */
  | { readonly kind: "locked" }
  /** It does not go on by itself, except when the server says so. `sentence` is for people. */
  | { readonly kind: "gone"; readonly code: StreamErrorCode; readonly sentence: string };

/** Why the server will have nothing to do with this viewer. */
export type Refusal = { readonly code: StreamErrorCode; readonly sentence: string };

export type ViewerParts = {
  readonly link: LinkState;
  /** Null before the first status of this link. */
  readonly scene: { readonly state: SceneStatus; readonly detail: string | null } | null;
  /** Whether the picture of a stream that runs is on the screen. */
  readonly isShown: boolean;
  /** Whether the viewer looks away, so that a stream may rest. */
  readonly isPaused: boolean;
  /** Whether there was ever a picture. */
  readonly wasShown: boolean;
  readonly refusal: Refusal | null;
  /** The place in the queue; null where it waits in none. */
  readonly queue: { readonly position: number; readonly waiting: number } | null;
};

/** The state that the parts add up to. */
export function viewerStateOf(parts: ViewerParts): ViewerState {
  // One stream was refused, perhaps, and another shows a picture.
  if (parts.refusal !== null && !parts.isShown) return { kind: "gone", ...parts.refusal };
  if (parts.link === "closed") return { kind: "gone", code: "closed", sentence: "The viewer was closed." };
  if (parts.link === "locked") return { kind: "locked" };
  const onTheWay: ViewerState = parts.wasShown ? { kind: "reconnecting" } : { kind: "connecting" };
  if (parts.link === "open" && parts.queue !== null) return { kind: "queued", ...parts.queue };
  if (parts.link !== "open" || parts.scene === null) return onTheWay;
  switch (parts.scene.state) {
    case "starting":
    case "restarting":
      return { kind: "waiting", sentence: parts.scene.detail };
    case "closed":
      return { kind: "gone", code: "closed", sentence: parts.scene.detail ?? "The room was closed." };
    case "failed":
      return { kind: "gone", code: "scene-failed", sentence: parts.scene.detail ?? "The scene failed." };
    case "live":
      return parts.isShown || (parts.isPaused && parts.wasShown) ? { kind: "live" } : onTheWay;
  }
}

/** Whether two states say the same. */
export function isSameState(a: ViewerState, b: ViewerState): boolean {
  if (a.kind === "waiting" && b.kind === "waiting") return a.sentence === b.sentence;
  if (a.kind === "queued" && b.kind === "queued") return a.position === b.position && a.waiting === b.waiting;
  if (a.kind === "gone" && b.kind === "gone") return a.code === b.code && a.sentence === b.sentence;
  return a.kind === b.kind;
}
