/** Owns the words for what the viewer is doing. Pure. */

import type { ViewerState } from "../index.ts";

/** How a state looks: at rest, under way, or over. */
export type Tone = "good" | "busy" | "bad";

export type StateWords = {
  readonly tone: Tone;
  /** A word or two for the control bar. */
  readonly short: string;
  /** For the overlay; null when the picture speaks for itself. */
  readonly title: string | null;
  readonly detail: string | null;
  /** What the button of the overlay says, which loads the page anew; null for none. */
  readonly action: string | null;
};

/** After this long without an answer a person wants to know why nothing happens. */
export const LONG_WAIT_MS = 6000;

/** The words for `state`, in which the viewer has been for `sinceMs`. */
export function wordsFor(state: ViewerState, sinceMs: number): StateWords {
  const busy = { tone: "busy", action: null } as const;
  const patience = sinceMs >= LONG_WAIT_MS ? "The server has not answered yet. Still trying…" : null;
  switch (state.kind) {
    case "connecting":
      return { ...busy, short: "Connecting", title: "Connecting…", detail: patience };
    case "waiting":
      return { ...busy, short: "Waiting", title: "Waiting for the scene…", detail: state.sentence };
    case "queued":
      return { ...busy, short: "Queued", title: "The server is full", detail: queueWords(state) };
    case "reconnecting":
      return { ...busy, short: "Reconnecting", title: "Reconnecting…", detail: patience };
    // The panel for the token says the rest (token-panel.ts).
    case "locked":
      return { ...busy, short: "Locked", title: null, detail: null };
    case "live":
      return { tone: "good", short: "Live", title: null, detail: null, action: null };
    case "gone":
      return { tone: "bad", short: "Stopped", ...goneWords(state) };
  }
}

type Gone = Extract<ViewerState, { readonly kind: "gone" }>;

function goneWords({ code, sentence }: Gone): Pick<StateWords, "title" | "detail" | "action"> {
  // Another link may be shown, as where there is none (token-panel.ts).
  if (code === "link-ended") return { title: null, detail: null, action: null };
  return { title: goneTitle(code), detail: sentence, action: goneAction(code) };
}

function queueWords({ position, waiting }: Extract<ViewerState, { readonly kind: "queued" }>): string {
  const place = position === 1 ? "You are next in line." : `You are number ${position} of ${waiting} in line.`;
  return `${place} You will be let in automatically.`;
}

function goneAction(code: Gone["code"]): string {
  switch (code) {
    case "too-many-viewers":
    case "too-many-rooms":
      return "Try again";
    case "kicked":
      return "Join again";
    case "room-idle":
      return "Start again";
    default:
      return "Reload";
  }
}

function goneTitle(code: Gone["code"]): string {
  switch (code) {
    case "too-many-viewers":
    case "too-many-rooms":
      return "The server is full";
    case "kicked":
      return "You were removed";
    case "room-idle":
      return "This room was closed";
    case "no-room":
      return "This room is not open";
    case "flooded":
      return "You were removed";
    case "origin-refused":
      return "This site may not use the server";
    case "scene-failed":
      return "The scene stopped";
    case "protocol-version":
      return "The page and the server do not match";
    case "closed":
      return "Closed";
    default:
      return "The scene cannot be shown";
  }
}
