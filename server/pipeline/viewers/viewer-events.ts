/** Owns what a viewer of a scene is given and what it tells of, in the scene's process. */

import type { ServerMessage } from "../../../shared/signaling.ts";
import type { StreamCodec } from "../../../shared/video.ts";
import type { Transport } from "../../transport/transport.ts";
import type { WebRtcTransport } from "../../transport/webrtc-transport.ts";
import type { StreamWay, VideoStream } from "./video-stream.ts";
import type { AcceptedInput } from "./viewer-input.ts";

/** A connection by WebRTC, as far as a viewer knows it. */
export type WebRtcWay = Transport & Pick<WebRtcTransport, "on" | "answer" | "addCandidate">;

/** Opens a connection for an offer, in the first of these codecs that it has. Throws `StreamError` where it cannot be used. */
export type OpenWebRtc = (offer: string, codecs: readonly StreamCodec[]) => WebRtcWay;

export type ViewerOptions = {
  /** What viewers are sent now, the best first. */
  readonly codecs: () => readonly StreamCodec[];
  readonly openWebRtc: OpenWebRtc;
  readonly paused: boolean;
  /** What video may take of its WebSocket, in bits a second; without it as much as of other ways. */
  readonly socketMaxBps?: number | undefined;
  /** To the viewer's page. */
  readonly sendMessage: (message: ServerMessage) => void;
  /** To the viewer's WebSocket. The same array may be given for several viewers. */
  readonly sendBytes: (bytes: Uint8Array) => void;
};

export type ViewerEvents = {
  /** One of its streams began or ended. */
  readonly streamsChanged: Record<never, never>;
  /** It wishes to see the picture otherwise. */
  readonly wishChanged: Record<never, never>;
  /** What is known of the way of one of its streams changed. */
  readonly estimateChanged: { readonly stream: VideoStream };
  /** It began to look away, or looks again. */
  readonly pauseChanged: { readonly paused: boolean };
  /** It can be told of pointers from now on. */
  readonly pointersReady: Record<never, never>;
  readonly keyFrameRequested: { readonly stream: VideoStream };
  readonly inputAccepted: AcceptedInput;
  readonly inputRejected: { readonly reason: string };
  /** A connection ended by itself. */
  readonly lost: { readonly reason: string; readonly way: StreamWay };
};
