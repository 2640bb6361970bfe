/** Owns what a pipeline is started with: the stages that it joins and what is outside of it. */

import type { Renderer } from "../render/renderer.ts";
import type { FromSession, SessionConfig } from "../session/session-protocol.ts";
import type { MirrorOutlets } from "./outputs/mirror-outlets.ts";
import type { PictureOutlets } from "./outputs/picture-outlets.ts";
import type { EncoderSet } from "./quality/encoder-set.ts";
import type { CodecOptions } from "./quality/sent-codecs.ts";
import type { OpenWebRtc } from "./viewers/viewer-events.ts";

export type PipelineConfig = CodecOptions &
  Pick<SessionConfig, "size" | "followsWindow" | "maxFps" | "bitrateBps" | "quality" | "presence" | "inputs">;

/** The stages that a pipeline joins, and what is outside of it. */
export type PipelineParts = {
  readonly render: Omit<Renderer, typeof Symbol.asyncDispose>;
  readonly encoders: Omit<EncoderSet, "start">;
  readonly outlets: Pick<PictureOutlets, "on" | "isWatching" | "handle" | "handleWatched" | "pictureName" | "close">;
  readonly mirrors: Pick<MirrorOutlets, "on" | "isWatching" | "handle" | "close">;
  readonly openWebRtc: OpenWebRtc;
  /** To the main process. */
  readonly send: (message: FromSession) => void;
  /** A stage is gone for good, and the scene's process with it. */
  readonly fail: (error: unknown) => void;
};
