/** Owns what the page of the stream says. Pure. */

/** How the stream does. */
export type WatchState =
  | { readonly kind: "opening" }
  | { readonly kind: "playing" }
  /** It has shown pictures, and has no more for now. */
  | { readonly kind: "waiting" }
  /** The server was asked in vain, with this status, 0 where it did not answer; it is asked again. */
  | { readonly kind: "retrying"; readonly status: number }
  /** It will not play here. */
  | { readonly kind: "failed"; readonly reason: "no-player" | "not-decoded" | "cookies" };

export type WatchWords = {
  /** Null: nothing is to be said. */
  readonly title: string | null;
  readonly detail: string | null;
  readonly action: string | null;
  readonly isBad: boolean;
};

const quiet: WatchWords = { title: null, detail: null, action: null, isBad: false };

export function watchWords(state: WatchState): WatchWords {
  switch (state.kind) {
    case "playing":
      return quiet;
    case "opening":
      return { ...quiet, title: "Opening the stream" };
    case "waiting":
      return { ...quiet, title: "Waiting for more", detail: "The stream goes on as soon as there is more of it." };
    case "retrying":
      return { ...quiet, ...troubleWords(state.status) };
    case "failed":
      return { ...failureWords[state.reason], isBad: true };
  }
}

function troubleWords(status: number): Pick<WatchWords, "title" | "detail"> {
  if (status === 404) {
    const detail = "It may not have begun. This page opens it as soon as somebody else does.";
    return { title: "There is no such stream right now", detail };
  }
  if (status === 429) return { title: "Too many are watching", detail: "Trying again…" };
  if (status >= 500) return { title: "The scene shows nothing yet", detail: "Trying again…" };
  return { title: "The server does not answer", detail: "Trying again…" };
}

const failureWords = {
  "no-player": {
    title: "This browser cannot play the stream",
    detail: "It has neither Media Source Extensions nor HLS. Current versions of Chrome, Edge, Firefox and Safari do.",
    action: null,
  },
  "not-decoded": {
    title: "The picture cannot be decoded here",
    detail: "This browser refused the video, which is H.264. Loading the page again may help.",
    action: "Load again",
  },
  cookies: {
    title: "This browser blocks cookies",
    detail:
      "Its own player can show that you may watch by a cookie alone. Allow cookies for this address, then load the page again.",
    action: "Load again",
  },
} as const;

/** How far behind the scene it is: "1.8 s behind"; nothing where that is not known. */
export function behindWords(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds) || seconds <= 0) return "";
  return seconds < 60 ? `${seconds.toFixed(1)} s behind` : `${Math.floor(seconds / 60)} min behind`;
}

/** What is still called live, in seconds behind the scene. */
export const MAX_LIVE_SECONDS = 6;
