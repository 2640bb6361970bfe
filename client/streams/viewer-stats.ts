/** Owns what the figures of a viewer are. They are kept in viewer-stats-keeper.ts. */

import type { Chroma, VideoCodec } from "../../shared/video.ts";
import type { Transport } from "./transport.ts";

/** How the pictures come. */
export type TransportPath =
  | {
      readonly kind: "webrtc";
      readonly protocol: "udp" | "tcp";
      /** Whether a TURN server stands in between. */
      readonly isRelayed: boolean;
      /** The kind of our own ICE candidate: host, srflx, prflx or relay (RFC 8445). */
      readonly candidateType: string;
    }
  | { readonly kind: "websocket" }
  /** Motion JPEG over HTTP. */
  | { readonly kind: "mjpeg" };

/**
 * What the browser measures. Counters run since the connection began; rates and means cover the time since the digest
 * before.
 */
export type ReceiverDigest = {
  /** The size of the frames that come, in pixels; 0 before the first. */
  readonly width: number;
  readonly height: number;
  /** Null before the first frame, and over Motion JPEG. */
  readonly codec: VideoCodec | null;
  /** How fine colours are: `"444"` has one for each pixel, `"420"` one for four. Null where `codec` is. */
  readonly chroma: Chroma | null;
  /** By which way the frames come; null before the first. */
  readonly transport: TransportPath | null;
  /** Frames decoded a second. */
  readonly decodedFps: number;
  /** Bits of video a second. */
  readonly bitrateBps: number;
  /** To the server and back, in milliseconds; null where the browser does not know it. */
  readonly roundTripMs: number | null;
  /** Mean time in the browser's jitter buffer; null while no frame leaves it. */
  readonly jitterBufferMs: number | null;
  /** Mean time to decode a frame; null while there is none. */
  readonly decodeMs: number | null;
  /** Frames that came and were not shown. */
  readonly framesDropped: number;
  /** How often the picture stood while it should have moved. */
  readonly freezes: number;
  /** Packets that never came, of RTP alone. */
  readonly packetsLost: number;
};

/** The time from hand to eye, in milliseconds. */
export type LatencyDigest = {
  /** The newest measurement. */
  readonly lastMs: number;
  /** How much of that was the server's: from the arrival of the input there to the picture's last packet leaving it. */
  readonly lastServerMs: number;
  readonly medianMs: number;
  /** The 95th percentile. */
  readonly p95Ms: number;
  /** How many of the last 50 measurements there are. */
  readonly count: number;
};

/**
 * Why the pictures do not come by WebRTC, or not at all by the way that the page is kept to.
 * `webrtc-blocked`: both ends agreed and no packet got through; `webrtc-failed`: it could not be had, for another reason;
 * `webrtc-lost`: it was there, and was lost; `webrtc-missing`: the browser has none;
 * `websocket-blocked`: a proxy lets no WebSocket through; `insecure`: the page does not come by HTTPS, without which
 * browsers do not decode; `no-decoder`: the browser cannot decode; `mjpeg-failed`: Motion JPEG ends as soon as it begins;
 * `chosen`: the page wants it so.
 */
export type FallbackReason =
  | "webrtc-blocked"
  | "webrtc-failed"
  | "webrtc-lost"
  | "webrtc-missing"
  | "websocket-blocked"
  | "insecure"
  | "no-decoder"
  | "mjpeg-failed"
  | "chosen";

/** Why the one way that a viewer is kept to brings no picture. */
export type WayTrouble = { readonly way: Transport; readonly reason: FallbackReason };

/**
 * The figures of a viewer. What the browser measures is 0 or null until the first two seconds of a connection are over.
 */
export type ViewerStats = ReceiverDigest & {
  /** Null over WebRTC, and while it is being tried for the first time. */
  readonly fallbackReason: FallbackReason | null;
  /** Pictures on the screen in the last second. */
  readonly shownFps: number;
  /** Frames that the server rendered in the last second. */
  readonly renderedFps: number;
  /** Medians of the server's last second with frames, in milliseconds. */
  readonly serverRenderMs: number | null;
  readonly serverEncodeMs: number | null;
  /** From hand to eye over the last 50 measurements; null before the first, or where the browser cannot tell. */
  readonly clickToPictureMs: LatencyDigest | null;
  /** Pictures shown since the viewer began. */
  readonly framesShown: number;
};
