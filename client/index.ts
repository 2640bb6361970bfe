/** Owns the public API of the client: a viewer of a scene for any page. */

export { type StreamErrorCode, streamErrorSentences } from "../shared/errors.ts";
export type { PictureSize, VideoCodec } from "../shared/video.ts";
export type { FallbackReason } from "./fallback-reason.ts";
export type { LatencyDigest } from "./latency-meter.ts";
export type { ReceiverDigest, TransportPath } from "./receiver-stats.ts";
export type { Transport, TransportChoice } from "./transport.ts";
export { createViewer, type Viewer, type ViewerEvents } from "./viewer.ts";
export type { ViewerOptions } from "./viewer-options.ts";
export type { ViewerState } from "./viewer-state.ts";
export type { ViewerStats } from "./viewer-stats.ts";
