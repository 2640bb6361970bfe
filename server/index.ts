/** The public API of Scenecast for programs that serve scenes. Scenes themselves import "scenecast/scene". */

export { StreamError, type StreamErrorCode } from "../shared/errors.ts";
export type { SceneState } from "../shared/signaling.ts";
export type { PictureSize, VideoCodec } from "../shared/video.ts";
export type { LogLevel, StreamServerOptions } from "./options.ts";
export {
  defineScene,
  type SceneClock,
  type SceneContext,
  type SceneDefinition,
  type SceneParts,
} from "./render/scene.ts";
export type { RendererInfo } from "./session/session-protocol.ts";
export { createStreamServer, type StreamServer, type StreamServerEvents } from "./stream-server.ts";
