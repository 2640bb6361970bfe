/** Owns why the pictures do not come by WebRTC, for people to read. Pure. */

import type { LinkKind } from "../link/server-link.ts";
import type { Transport, TransportChoice } from "./transport.ts";
import type { FallbackReason } from "./viewer-stats.ts";

export type FallbackFacts = {
  readonly choice: TransportChoice;
  readonly shown: Transport | null;
  readonly link: LinkKind | null;
  readonly canWebRtc: boolean;
  readonly canDecode: boolean;
  readonly isSecure: boolean;
  /** How often WebRTC died. */
  readonly deaths: number;
  /** Whether WebRTC ever showed a picture. */
  readonly hadWebRtc: boolean;
};

/** Null over WebRTC, and while it is tried for the first time. */
export function fallbackReasonOf(facts: FallbackFacts): FallbackReason | null {
  if (facts.shown === null || facts.shown === "webrtc") return null;
  if (facts.choice !== "auto") return "chosen";
  if (facts.link === "http") return "websocket-blocked";
  if (facts.shown === "mjpeg" && !facts.canDecode) return facts.isSecure ? "no-decoder" : "insecure";
  if (!facts.canWebRtc) return "webrtc-missing";
  if (facts.deaths === 0) return null;
  return facts.hadWebRtc ? "webrtc-lost" : "webrtc-blocked";
}
