/** Owns the events of a running server. */

import type { ConsoleLine } from "../shared/console.ts";
import type { ControlMode } from "../shared/people.ts";
import type { SceneStatus } from "../shared/signaling.ts";
import type { ViewerInfo } from "./room-handle.ts";
import type { SessionReport } from "./session/session-protocol.ts";

/** `room` is the name under `/s/`, "" for the shared room; of several scenes with the scene's name and a slash before it. */
export type StreamServerEvents = {
  viewerJoined: ViewerInfo;
  viewerLeft: { readonly viewerId: string; readonly room: string };
  /** Somebody got or lost control, asks for it, or the mode or the lock changed. */
  controlChanged: {
    readonly room: string;
    readonly mode: ControlMode;
    readonly locked: boolean;
    /** Who has control where it is one viewer's; null where it is nobody's or everybody's. */
    readonly holder: string | null;
    /** Those who wait for control, the first first. */
    readonly asking: readonly string[];
  };
  /** A room's scene came up, fell or ended; `detail` is a sentence for people. */
  statusChanged: { readonly room: string; readonly status: SceneStatus; readonly detail: string | null };
  /** What a room's process did in the last second. */
  reported: { readonly room: string; readonly report: SessionReport };
  /** A scene threw and the stream goes on with what it has; null when it works again. */
  noticed: { readonly room: string; readonly text: string | null };
  /** A scene printed something to its console: at most 4000 characters, at most 30 times a second in the long run. */
  consolePrinted: { readonly room: string } & ConsoleLine;
  /** A room was opened, or ended. */
  roomOpened: { readonly room: string };
  roomClosed: { readonly room: string };
  /** The share link is there, or it is not, and `detail` says why in a sentence. */
  shareChanged: { readonly link: string | null; readonly detail: string | null };
  /** The server was closed, by `close()` or by `options.signal`. */
  closed: Record<never, never>;
};
