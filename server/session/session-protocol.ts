/** Owns the messages between the main process and the process of a scene, sent over Node's IPC channel. */

import type { PlainError } from "../../shared/errors.ts";
import type { ClientMessage, ServerMessage } from "../../shared/signaling.ts";
import type { PictureSize, VideoCodec } from "../../shared/video.ts";
import type { RendererInfo } from "../render/render-protocol.ts";

export type { RendererInfo };

/** What a scene's process needs to start. */
export type SessionConfig = {
  /** The scene module as a `file:` URL. */
  readonly sceneUrl: string;
  readonly size: PictureSize;
  /** The most frames a second, 1 to 240. */
  readonly maxFps: number;
  /** The codec for everybody, or null to choose for each viewer what it can and the server prefers. */
  readonly codec: VideoCodec | null;
  readonly bitrateBps: number;
  /** Load the scene anew when its file, or one that it imports, changes. */
  readonly watch: boolean;
  /** The addresses to gather ICE candidates on; null for every one of the machine. */
  readonly iceHost: string | null;
};

/** One kind of work in the pipeline, in the order in which a frame meets them. */
export const stages = ["render", "readback", "convert", "encode", "send"] as const;
export type Stage = (typeof stages)[number];

/** What happened since the report before this one. Sent once a second while there is anything to say. */
export type SessionReport = {
  readonly rendered: number;
  readonly encoded: number;
  /** Frames rendered that no encoder took, because a newer one was there. */
  readonly skipped: number;
  readonly sentFrames: number;
  /** Frames that a viewer was not sent, because it waited for a key frame or was not ready. */
  readonly droppedFrames: number;
  readonly sentBytes: number;
  readonly sentPackets: number;
  readonly retransmittedPackets: number;
  readonly keyFrames: number;
  readonly rejectedInputs: number;
  readonly viewers: number;
  /** Milliseconds of each piece of work, at most 256 a stage. */
  readonly stageMs: Readonly<Record<Stage, readonly number[]>>;
  /** Processor time of each thread since the last report, in milliseconds. */
  readonly cpuMs: Readonly<Record<"render" | "encode" | "transport", number>>;
};

/** The main process is the only sender. `viewerId` is of its choice and unique in a session's life. */
export type ToSession =
  | { readonly kind: "start"; readonly config: SessionConfig }
  | { readonly kind: "viewer-joined"; readonly viewerId: string }
  | {
      readonly kind: "viewer-said";
      readonly viewerId: string;
      readonly message: Exclude<ClientMessage, { readonly kind: "hello" }>;
    }
  | { readonly kind: "viewer-left"; readonly viewerId: string }
  /** A WHEP offer; answered by `whep-answered` or `whep-refused` with the same viewerId. */
  | { readonly kind: "whep-offered"; readonly viewerId: string; readonly sdp: string }
  | { readonly kind: "stop" };

/** The scene's process is the only sender. */
export type FromSession =
  | { readonly kind: "ready"; readonly renderer: RendererInfo; readonly title: string; readonly size: PictureSize }
  /** It could not start and ends now. */
  | { readonly kind: "failed"; readonly error: PlainError }
  | { readonly kind: "viewer-told"; readonly viewerId: string; readonly message: ServerMessage }
  | { readonly kind: "whep-answered"; readonly viewerId: string; readonly sdp: string }
  | { readonly kind: "whep-refused"; readonly viewerId: string; readonly error: PlainError }
  /** A viewer's connection ended by itself; for WHEP viewers this ends the resource. */
  | { readonly kind: "viewer-closed"; readonly viewerId: string; readonly reason: string }
  /** The scene threw and the stream goes on with what it has; null when it works again. */
  | { readonly kind: "notice"; readonly text: string | null }
  | { readonly kind: "scene-reloaded"; readonly title: string }
  | { readonly kind: "report"; readonly report: SessionReport }
  | { readonly kind: "log"; readonly level: "debug" | "info" | "warn" | "error"; readonly text: string };
