/** The public API of Scenecast for programs that serve scenes. Scenes themselves import "scenecast/scene". */

export type { ConsoleLevel, ConsoleLine } from "../shared/console.ts";
export type { Json, MessageData } from "../shared/custom-message.ts";
export type {
  ArrayDeclaration,
  ArrayOf,
  DataDeclaration,
  DataDeclarations,
  DataForm,
  DataRange,
  DimensionDeclaration,
  ElementArrays,
  ElementType,
} from "../shared/data.ts";
export { StreamError, type StreamErrorCode } from "../shared/errors.ts";
export type { ControlCommon, PanelControl, PanelValue } from "../shared/panels.ts";
export type { ControlMode, Role } from "../shared/people.ts";
export type { SceneStatus } from "../shared/signaling.ts";
export type { TunnelUsage } from "../shared/tunnel.ts";
export type { ChromaWish, PictureSize, StreamCodec, VideoCodec } from "../shared/video.ts";
export type { Authenticate, Identified } from "./access/authentication.ts";
export type { LinkInfo, LinkOptions } from "./access/links.ts";
export type { DataAnswer, DataInfo } from "./data/data-contract.ts";
export type { RoomDataEvents } from "./data/room-data.ts";
export type { DownloadProgress } from "./film/download-movie.ts";
export type { EncodedMovie, EncodeProgress } from "./film/encode-movie.ts";
export type { FilmedMovie } from "./film/film-folder.ts";
export type { FilmOptions } from "./film/film-options.ts";
export type { FilmOutcome } from "./film/film-plan.ts";
export type { FilmProgress } from "./film/film-progress.ts";
export { type FilmSummary, filmToHls } from "./film/film-to-hls.ts";
export type { PoolOptions } from "./jobs/pool-options.ts";
export type { Task, TaskContext } from "./jobs/task-contract.ts";
export { createPool, type MapOptions, type Pool } from "./jobs/work-pool.ts";
export type { WorkerKind } from "./jobs/worker-kind.ts";
export type { Trace, TraceEvent } from "./monitoring/trace-document.ts";
export type { FrameRange } from "./offline/frame-range.ts";
export type { KeyFrame } from "./offline/key-frames.ts";
export type { MovieCodec, RenderSceneOptions } from "./offline/render-options.ts";
export type { RenderProgressReport } from "./offline/render-progress.ts";
export { type RenderSummary, renderScene } from "./offline/render-scene.ts";
export type { DataOptions } from "./options/data-options.ts";
export type { HlsOptions } from "./options/hls-options.ts";
export type { JobsOptions } from "./options/job-options.ts";
export type { MovieOptions } from "./options/movie-options.ts";
export type { AccessOptions, HttpOptions, IceOptions, ProgramServer, ShareOptions } from "./options/network-options.ts";
export type { LogFormat, LogLevel, StreamServerOptions } from "./options/options.ts";
export type { ControlOptions, RoomKind, RoomsOptions, ViewersOptions } from "./options/people-options.ts";
export type { EncodeOptions, RenderOptions } from "./options/picture-options.ts";
export type { QualityOptions } from "./options/quality-options.ts";
export type { RecordingOptions } from "./options/recording-options.ts";
export type { OutputInfo, OutputState } from "./outputs/output-info.ts";
export type {
  BooleanParameter,
  ChoiceParameter,
  DeclaredParameter,
  NumberParameter,
  Parameter,
  ParameterDeclarations,
  ParameterValue,
  ParameterValues,
  TextParameter,
  ValuesOf,
} from "./platform/parameters.ts";
export type { RecordingHandle } from "./recording-handle.ts";
export type { ClipOptions, RecordOptions } from "./recordings/record-options.ts";
export type { RecordingInfo, RecordingState } from "./recordings/recording-info.ts";
export type { CameraPose } from "./render/offline-protocol.ts";
export {
  type AnyDataValue,
  type ArrayValue,
  type ButtonDeclaration,
  type BytesValue,
  type ChangedData,
  type ChoiceDeclaration,
  type ColourDeclaration,
  type ControlDeclaration,
  type ControlDeclarations,
  type ControlNames,
  type ControlType,
  type ControlValue,
  type DataAt,
  type DataByName,
  type DataName,
  type DataValue,
  type DeclaredData,
  defineScene,
  type EmptyData,
  type FolderDeclaration,
  type HoldingType,
  type JsonValue,
  type LabelledDeclaration,
  type NoControls,
  type NoData,
  type RangeDeclaration,
  type SceneClock,
  type SceneContext,
  type SceneControls,
  type SceneData,
  type SceneDefinition,
  type SceneMessages,
  type SceneParts,
  type SceneViewer,
  type ShapeOf,
  type SwitchDeclaration,
  type TextDeclaration,
} from "./render/scene.ts";
export type { RoomStats } from "./room/room-stats.ts";
export type { SnapshotOptions } from "./room/room-wishes.ts";
export type { ViewerWay } from "./room/viewer-directory.ts";
export type { RoomControls } from "./room-controls.ts";
export type { DataArray, DataSetOptions, RoomDataHandle } from "./room-data-handle.ts";
export type { ControlSetting, RoomHandle, ViewerInfo } from "./room-handle.ts";
export type { RendererInfo } from "./session/session-protocol.ts";
export type { SessionReport, Stage, TierReport, WayReport } from "./session/session-report.ts";
export { createStreamServer, type SceneInfo, type StreamServer } from "./stream-server.ts";
export type { StreamServerEvents } from "./stream-server-events.ts";
export type { TraceOptions } from "./tracing.ts";
