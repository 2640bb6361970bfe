/** Owns the public API of the client: a viewer of a scene for any page. */

export type { Json, MessageData } from "../shared/custom-message.ts";
export { type StreamErrorCode, streamErrorSentences } from "../shared/errors.ts";
export type { PersonPointer } from "../shared/feedback.ts";
export type { ControlMode, Person, Role } from "../shared/people.ts";
export type { Preference, StreamQuality } from "../shared/signaling.ts";
export type { PictureSize, VideoCodec } from "../shared/video.ts";
export type { AccessLink, LinkWish, NewAccessLink } from "./people/access-links.ts";
export type { Control } from "./people/company.ts";
export type { FallbackReason } from "./streams/fallback-reason.ts";
export type { LatencyDigest } from "./streams/latency-meter.ts";
export type { ReceiverDigest, TransportPath } from "./streams/receiver-stats.ts";
export type { Transport, TransportChoice } from "./streams/transport.ts";
export type { ViewerStats } from "./streams/viewer-stats.ts";
export type { PersonRef, Queue } from "./together.ts";
export { createViewer, type Viewer, type ViewerEvents } from "./viewer.ts";
export type { ViewerOptions } from "./viewer-options.ts";
export type { ViewerState } from "./viewer-state.ts";
