/** Owns the words for what a viewer is doing, for whatever shows them. Pure. */

import { joinSentences } from "../shared/sentences.ts";
import type { Transport } from "./streams/transport.ts";
import type { FallbackReason, WayTrouble } from "./streams/viewer-stats.ts";
import type { ViewerState } from "./viewer-state.ts";

/** How a state looks: at rest, under way, or over. */
export type Tone = "good" | "busy" | "bad";

/** What to say of a viewer's state. */
export type StateWords = {
  /** How it looks: `good` at rest, `busy` under way, `bad` where it is over. */
  readonly tone: Tone;
  /** A word or two for the control bar. */
  readonly short: string;
  /** For the overlay; null when the picture speaks for itself. */
  readonly title: string | null;
  readonly detail: string | null;
  /** What the button of the overlay says, which loads the page anew, or starts a scene that is down; null for none. */
  readonly action: string | null;
};

/** A reconnection faster than this is not worth a word. */
export const APPEAR_AFTER_MS = 300;

/** After this long without an answer a person wants to know why nothing happens. */
export const LONG_WAIT_MS = 6000;

/** The words for `state`, in which the viewer, a host or not, has been for `sinceMs` milliseconds. */
export function stateWords(state: ViewerState, sinceMs: number, isHost: boolean = false): StateWords {
  const busy = { tone: "busy", action: null } as const;
  const patience =
    sinceMs >= LONG_WAIT_MS
      ? "The server does not answer. Check that it runs and that you are online; this page goes on as soon as it does."
      : null;
  switch (state.kind) {
    case "connecting":
      if (state.trouble !== null) return troubleWords(state.trouble);
      return { ...busy, short: "Connecting", title: "Connecting…", detail: patience };
    case "waiting":
      if (state.isDown) return downWords(state, isHost);
      return { ...busy, short: "Waiting", title: "Waiting for the scene…", detail: state.sentence };
    case "queued":
      return { ...busy, short: "Queued", title: "The server is full", detail: queueWords(state) };
    case "reconnecting":
      if (state.trouble !== null) return troubleWords(state.trouble);
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

const ways: Readonly<Record<Transport, string>> = {
  webrtc: "WebRTC",
  websocket: "Video over the WebSocket",
  mjpeg: "Motion JPEG",
};

/** Why pictures do not come by a way, as the end of a sentence. */
export const reasonWords: Readonly<Record<FallbackReason, string>> = {
  "webrtc-blocked": "UDP is blocked here",
  "webrtc-failed": "no connection by WebRTC could be made",
  "webrtc-lost": "the connection by WebRTC was lost",
  "webrtc-missing": "this browser has no WebRTC",
  "websocket-blocked": "a proxy blocks WebSockets",
  insecure: "this page was not loaded over HTTPS",
  "no-decoder": "this browser cannot decode the video",
  "mjpeg-failed": "the stream ends as soon as it begins",
  chosen: "chosen by this page",
};

/** It is kept to one way; the button lets it take every one. */
function troubleWords({ way, reason }: WayTrouble): StateWords {
  return {
    tone: "bad",
    short: "Connecting",
    title: `${ways[way]} does not work here`,
    detail: `This page takes no other way, and ${reasonWords[reason]}. It is still tried.`,
    action: "Try every way",
  };
}

/** Whoever is no host can only wait. */
function downWords({ sentence }: Extract<ViewerState, { readonly kind: "waiting" }>, isHost: boolean): StateWords {
  const action = isHost ? "Start it again" : null;
  return { tone: "bad", short: "Down", title: "The scene is down", detail: sentence, action };
}

type Gone = Extract<ViewerState, { readonly kind: "gone" }>;

function goneWords({ code, sentence }: Gone): Pick<StateWords, "title" | "detail" | "action"> {
  // Another link may be shown, as where there is none (token-panel.ts).
  if (code === "link-ended") return { title: null, detail: null, action: null };
  return { title: goneTitle(code), detail: joinSentences(sentence, goneAdvice(code)), action: goneAction(code) };
}

/** What a person can do besides pressing the button, which the sentence does not say. */
function goneAdvice(code: Gone["code"]): string {
  switch (code) {
    case "scene-failed":
      return "Reload once it is mended.";
    case "encoder-failed":
    case "no-encoder":
    case "no-gl":
      return "The log of the server says more; reload once it is mended.";
    case "kicked":
      return "You can join again for as long as your link works.";
    case "closed":
      return "Reload to see whether it is back.";
    default:
      return "";
  }
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
