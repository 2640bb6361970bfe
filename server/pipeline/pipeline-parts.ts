/** Owns what a pipeline is started with: the stages that it joins and what is outside of it. */

import type { VideoCodec } from "../../shared/video.ts";
import type { Renderer } from "../render/renderer.ts";
import type { FromSession, SessionConfig } from "../session/session-protocol.ts";
import type { MirrorOutlets } from "./outputs/mirror-outlets.ts";
import type { PictureOutlets } from "./outputs/picture-outlets.ts";
import type { Call, WhipOutputOptions } from "./outputs/whip/whip-output.ts";
import type { EncoderSet } from "./quality/encoder-set.ts";
import type { CodecOptions } from "./quality/sent-codecs.ts";
import type { OpenWebRtc } from "./viewers/viewer-events.ts";

export type PipelineConfig = CodecOptions &
  Pick<SessionConfig, "size" | "followsWindow" | "maxFps" | "bitrateBps" | "quality" | "presence" | "inputs">;

/** Makes a connection to call a server of others with, in the first of these codecs that it takes. */
export type CallWebRtc = (peer: Parameters<WhipOutputOptions["call"]>[0], codecs: readonly VideoCodec[]) => Call;

/** The stages that a pipeline joins, and what is outside of it. */
export type PipelineParts = {
  readonly render: Omit<Renderer, typeof Symbol.asyncDispose>;
  readonly encoders: Omit<EncoderSet, "start">;
  readonly outlets: Pick<PictureOutlets, "on" | "isWatching" | "handle" | "handleWatched" | "pictureName" | "close">;
  readonly mirrors: Pick<MirrorOutlets, "on" | "isWatching" | "handle" | "close">;
  readonly openWebRtc: OpenWebRtc;
  readonly callWebRtc: CallWebRtc;
  /** To the main process. */
  readonly send: (message: FromSession) => void;
  /** A stage is gone for good, and the scene's process with it. */
  readonly fail: (error: unknown) => void;
};
