/** Owns what a pipeline is started with: the stages that it joins, what is outside of it, and how its scene is drawn. */

import type { RenderThreadData } from "../render/render-protocol.ts";
import type { Renderer } from "../render/renderer.ts";
import type { FromSession, SessionConfig } from "../session/session-protocol.ts";
import type { PictureOutlets } from "./outputs/picture-outlets.ts";
import type { EncoderSet } from "./quality/encoder-set.ts";
import type { CodecOptions } from "./quality/sent-codecs.ts";
import type { OpenWebRtc } from "./viewers/viewer.ts";

export type PipelineConfig = CodecOptions &
  Pick<SessionConfig, "size" | "followsWindow" | "maxFps" | "bitrateBps" | "quality" | "presence" | "inputs">;

/** The stages that a pipeline joins, and what is outside of it. */
export type PipelineParts = {
  readonly render: Omit<Renderer, typeof Symbol.asyncDispose>;
  readonly encoders: Omit<EncoderSet, "start">;
  readonly outlets: Pick<PictureOutlets, "on" | "isWatching" | "handle" | "handleWatched" | "pictureName" | "close">;
  readonly openWebRtc: OpenWebRtc;
  /** To the main process. */
  readonly send: (message: FromSession) => void;
  /** A stage is gone for good, and the scene's process with it. */
  readonly fail: (error: unknown) => void;
};

/** `SCENECAST_AS_GPU=1` draws as on a GPU where there is none, to try that way. */
export function graphicsOf({ backend }: SessionConfig): Pick<RenderThreadData, "backend" | "asGpu" | "i420"> {
  return { backend, asGpu: process.env["SCENECAST_AS_GPU"] === "1" ? true : null, i420: null };
}
