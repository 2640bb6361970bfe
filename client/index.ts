/** Owns the public API of the client: a viewer of a scene for any page. The page, too, imports nothing else. */

export type { ConsoleLevel, ConsoleLine } from "../shared/console.ts";
export type { Json, MessageData, MessageSource } from "../shared/custom-message.ts";
export { type StreamErrorCode, streamErrorSentences } from "../shared/errors.ts";
export type { PersonPointer } from "../shared/feedback.ts";
export type { ControlCommon, PanelControl, PanelValue } from "../shared/panels.ts";
export {
  type ControlMode,
  cleanName,
  controlModes,
  MAX_NAME_LENGTH,
  type Person,
  type Role,
  roles,
} from "../shared/people.ts";
export { type Preference, preferences, type StreamQuality } from "../shared/stream-quality.ts";
export { type TunnelUsage, tunnelLeft, tunnelSentence, tunnelWarning } from "../shared/tunnel.ts";
export type { Chroma, PictureSize, VideoCodec } from "../shared/video.ts";
export { createViewer } from "./create-viewer.ts";
export { tokenInFragment, tokenOf } from "./link/share-token.ts";
export type { ControlState, ViewerControl } from "./people/viewer-control.ts";
export type { AccessLink, LinkWish, NewAccessLink, ViewerLinks } from "./people/viewer-links.ts";
export type { SentOutput, ViewerOutputs } from "./people/viewer-outputs.ts";
export type { PersonRef, ViewerPeople } from "./people/viewer-people.ts";
export type { RecordedFile, RecordingWish, ViewerRecordings } from "./people/viewer-recordings.ts";
export { textColorOn } from "./picture/text-color.ts";
export { stateInFragment } from "./scene/state-link.ts";
export type { PanelFolder, PanelItem, ViewerPanels } from "./scene/viewer-panels.ts";
export type { ViewerScene } from "./scene/viewer-scene.ts";
export { APPEAR_AFTER_MS, LONG_WAIT_MS, reasonWords, type StateWords, stateWords, type Tone } from "./state-words.ts";
export { type Transport, type TransportChoice, transports } from "./streams/transport.ts";
export type {
  FallbackReason,
  LatencyDigest,
  ReceiverDigest,
  TransportPath,
  ViewerStats,
  WayTrouble,
} from "./streams/viewer-stats.ts";
export type { Viewer, ViewerEvents } from "./viewer.ts";
export type { ViewerOptions } from "./viewer-options.ts";
export type { ViewerState } from "./viewer-state.ts";
