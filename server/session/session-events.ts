/** Owns what a session is started with, what its status may be and what it tells of, as the main process sees it. */

import type { ConsoleLine } from "../../shared/console.ts";
import type { PointerWish } from "../../shared/cursor.ts";
import type { MessageBody } from "../../shared/custom-message.ts";
import type { StreamError } from "../../shared/errors.ts";
import type { PanelControl, PanelNews } from "../../shared/panels.ts";
import type { ServerMessage } from "../../shared/signaling.ts";
import type { PictureSize } from "../../shared/video.ts";
import type { RoomDataOptions } from "../data/room-data.ts";
import type { GivenParameters } from "../platform/given-parameters.ts";
import type { ParameterValues } from "../platform/parameters.ts";
import type { ThreadSpans } from "../platform/trace.ts";
import type { MirrorAsked } from "../render/render-protocol.ts";
import type { ProcessPort } from "./process-port.ts";
import type { SceneConfig, StartReport, ToldInput } from "./session-protocol.ts";
import type { SessionReport } from "./session-report.ts";
import type { SessionReady } from "./session-run.ts";

export type SessionOptions = {
  readonly config: SceneConfig;
  /** The state that the scene is to begin in, JSON text. Default null, its own. */
  readonly sceneState?: string | null;
  /** What was given for the scene's parameters. Default nothing. */
  readonly parameters?: GivenParameters;
  /** What starts the process. Default: it is forked on this machine. */
  readonly processes?: ProcessPort;
  /** How much data the room may hold. Default 1 GiB, and nothing to begin with. */
  readonly data?: Pick<RoomDataOptions, "maxBytes" | "fill">;
  /** How long a scene may not answer before its process is ended; 0 is for ever. Default 10 000 ms. */
  readonly hangMs?: number;
  /** How long a WHEP offer may wait for its answer. Default 10 000 ms. */
  readonly whepDeadlineMs?: number;
};

export type SessionStatus =
  | { readonly kind: "starting" }
  | { readonly kind: "live"; readonly ready: SessionReady }
  /** `attempt` counts the falls in a row; `error` is the last one. */
  | { readonly kind: "restarting"; readonly attempt: number; readonly error: StreamError }
  /** It fell again and again: it is tried ever more seldom, or when somebody asks. */
  | { readonly kind: "down"; readonly error: StreamError }
  | { readonly kind: "failed"; readonly error: StreamError }
  | { readonly kind: "closed" };

export type SessionEvents = {
  statusChanged: { readonly status: SessionStatus };
  /** The scene's process sends something to a viewer. */
  viewerMessageSent: { readonly viewerId: string; readonly message: ServerMessage };
  /** It sends bytes to the WebSockets of viewers. */
  viewerBytesSent: { readonly viewerIds: readonly string[]; readonly bytes: Uint8Array };
  /** A viewer takes nothing of its video for long. */
  viewerStuck: { readonly viewerId: string };
  /** A viewer's connection ended by itself. */
  viewerClosed: { readonly viewerId: string; readonly reason: string };
  /** The scene threw and goes on; null when it works again. */
  noticed: { readonly text: string | null };
  /** The scene does not answer; null when it does again. */
  hung: { readonly text: string | null };
  /** How a start of the scene goes, once a second. */
  startProgressed: StartReport;
  /** The scene printed something. */
  consolePrinted: ConsoleLine;
  titleChanged: { readonly title: string };
  /** The picture has another size. */
  resized: { readonly size: PictureSize };
  /** Input of these viewers reached the scene. At most once a second. */
  viewersActive: { readonly viewerIds: readonly string[] };
  /** All input that reached the scene, in its order, where it is wanted. */
  inputsTold: { readonly inputs: readonly ToldInput[] };
  /** The scene has the piece of a replay that it was sent last. */
  inputsPlayed: Record<never, never>;
  /** The scene sends a message to a person, or to everybody (null). */
  sceneMessageSent: { readonly to: number | null; readonly body: MessageBody };
  /** `sceneState` changed. */
  sceneStateChanged: { readonly state: string | null };
  /** The values of the scene's parameters are others. */
  parametersChanged: { readonly values: ParameterValues };
  /** The scene wants another cursor over its picture, or listens to drags or does not any more. */
  cursorChanged: PointerWish;
  /** There are other panels: all of them. */
  panelsTold: PanelNews;
  /** Of the panels that were told last, these controls differ; `changed` are those that are others than a moment before. */
  panelsChanged: { readonly news: PanelNews; readonly changed: readonly PanelControl[] };
  /** The room is a studio, and asks for the pictures of another. */
  mirrorAsked: MirrorAsked;
  /** A studio cannot be given the pictures of this room. */
  mirrorRefused: { readonly mirrorId: string; readonly reason: string };
  /** What each thread did while it was traced. */
  traceTaken: { readonly threads: readonly ThreadSpans[] };
  reported: { readonly report: SessionReport };
  logged: { readonly level: "debug" | "info" | "warn" | "error"; readonly text: string };
};
