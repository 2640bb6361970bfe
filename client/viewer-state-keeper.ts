/** Owns how the state of a viewer follows from its parts, and keeping it as they change. */

import type { StreamErrorCode } from "../shared/errors.ts";
import type { SceneStatus } from "../shared/signaling.ts";
import type { LinkState } from "./link/server-link.ts";
import type { WayTrouble } from "./streams/viewer-stats.ts";
import type { ViewerState } from "./viewer-state.ts";

/** Why the server will have nothing to do with this viewer. */
export type Refusal = { readonly code: StreamErrorCode; readonly sentence: string };

export type ViewerParts = {
  readonly link: LinkState;
  /** Null before the first status of this link. */
  readonly scene: { readonly status: SceneStatus; readonly detail: string | null } | null;
  /** Whether the picture of a stream that runs is on the screen. */
  readonly isShown: boolean;
  /** Why the way that was chosen brings no picture; null where that is not known. */
  readonly trouble: WayTrouble | null;
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
  if (parts.link === "closed") return { kind: "gone", code: "closed", sentence: "This viewer was closed." };
  if (parts.link === "locked") return { kind: "locked" };
  const { trouble } = parts;
  const onTheWay: ViewerState = { kind: parts.wasShown ? "reconnecting" : "connecting", trouble };
  if (parts.link === "open" && parts.queue !== null) return { kind: "queued", ...parts.queue };
  if (parts.link !== "open" || parts.scene === null) return onTheWay;
  switch (parts.scene.status) {
    case "starting":
    case "restarting":
    case "down":
      return { kind: "waiting", sentence: parts.scene.detail, isDown: parts.scene.status === "down" };
    case "failed":
      return { kind: "gone", code: "scene-failed", sentence: parts.scene.detail ?? "The scene stopped with an error." };
    case "closed":
      return { kind: "gone", code: "closed", sentence: parts.scene.detail ?? "The room was closed." };
    case "live":
      return parts.isShown || (parts.isPaused && parts.wasShown) ? { kind: "live" } : onTheWay;
  }
}

/** Whether two states say the same. */
export function isSameState(a: ViewerState, b: ViewerState): boolean {
  if (a.kind === "waiting" && b.kind === "waiting") return a.sentence === b.sentence && a.isDown === b.isDown;
  if (a.kind === "queued" && b.kind === "queued") return a.position === b.position && a.waiting === b.waiting;
  if (a.kind === "gone" && b.kind === "gone") return a.code === b.code && a.sentence === b.sentence;
  if (isOnTheWay(a) && isOnTheWay(b)) return a.kind === b.kind && a.trouble?.reason === b.trouble?.reason;
  return a.kind === b.kind;
}

function isOnTheWay(state: ViewerState): state is Extract<ViewerState, { readonly trouble: WayTrouble | null }> {
  return state.kind === "connecting" || state.kind === "reconnecting";
}

/** What the parts say of themselves, at any time. */
export type LiveParts = Pick<ViewerParts, "link" | "isShown" | "trouble" | "isPaused">;

/** What was told and holds until something else is told. */
export type ToldParts = Pick<ViewerParts, "scene" | "queue" | "refusal">;

/** Keeps the state of a viewer as its parts change. */
export class ViewerStateKeeper {
  readonly #live: () => LiveParts;
  readonly #changed: (state: ViewerState) => void;
  #told: ToldParts = { scene: null, queue: null, refusal: null };
  #wasShown = false;
  #state: ViewerState = { kind: "connecting", trouble: null };

  constructor(live: () => LiveParts, changed: (state: ViewerState) => void) {
    this.#live = live;
    this.#changed = changed;
  }

  get state(): ViewerState {
    return this.#state;
  }

  /** Takes what was told, or looks at the parts again. */
  update(told: Partial<ToldParts> = {}): void {
    this.#told = { ...this.#told, ...told };
    const live = this.#live();
    this.#wasShown ||= live.isShown;
    const state = viewerStateOf({ ...live, ...this.#told, wasShown: this.#wasShown });
    if (isSameState(state, this.#state)) return;
    this.#state = state;
    this.#changed(state);
  }
}
