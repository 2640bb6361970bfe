/** Owns the events of a running server. */

import type { ConsoleLine } from "../shared/console.ts";
import type { MessageData } from "../shared/custom-message.ts";
import type { PanelControl } from "../shared/panels.ts";
import type { ControlMode } from "../shared/people.ts";
import type { SceneStatus } from "../shared/signaling.ts";
import type { TunnelUsage } from "../shared/tunnel.ts";
import type { OutputInfo } from "./outputs/output-info.ts";
import type { RecordingInfo } from "./recordings/recording-info.ts";
import type { ViewerInfo } from "./room-handle.ts";
import type { SessionReport } from "./session/session-report.ts";

/** `room` is the name under `/s/`, "" for the shared room; of several scenes with the scene's name and a slash before it. */
export type StreamServerEvents = {
  viewerJoined: ViewerInfo;
  viewerLeft: { readonly viewerId: string; readonly room: string };
  /**
   * A viewer sent the scene a message, by `viewer.scene.send(data)`, and the scene was given it: those of the person in control, or of
   * everybody where the scene takes them.
   */
  messageReceived: { readonly viewerId: string; readonly room: string; readonly data: MessageData };
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
  /**
   * The controls that a room's scene offers changed (`room.controls`); `changed` are those that are others than before, null where
   * there are other ones.
   */
  panelsChanged: {
    readonly room: string;
    readonly controls: readonly PanelControl[];
    readonly changed: readonly PanelControl[] | null;
  };
  /** A room was opened, or ended. */
  roomOpened: { readonly room: string };
  roomClosed: { readonly room: string };
  /** A recording of a room began, waits for its scene, goes on, ended or failed, or a clip of the replay buffer was saved. */
  recordingChanged: { readonly room: string; readonly recording: RecordingInfo };
  /** What is sent on to a server of others began, is being sent, lost that server, ended or failed. */
  outputChanged: { readonly room: string; readonly output: OutputInfo };
  /** The share link is there, or it is not, and `detail` says why in a sentence. */
  shareChanged: { readonly link: string | null; readonly detail: string | null };
  /**
   * So much went through the share link's tunnel; `warning` is a sentence where little of the month's allowance is left, once, or
   * where the count could not be kept.
   */
  shareUsed: TunnelUsage & { readonly warning: string | null };
  /** The server was closed, by `close()` or by `options.signal`. */
  closed: Record<never, never>;
};
