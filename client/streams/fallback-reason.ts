/** Owns why the pictures do not come by WebRTC, or not by the way that was chosen, for people to read. Pure. */

import type { LinkKind } from "../link/server-link.ts";
import type { Transport, TransportChoice } from "./transport.ts";
import type { FallbackReason, WayTrouble } from "./viewer-stats.ts";

export type FallbackFacts = {
  readonly choice: TransportChoice;
  readonly shown: Transport | null;
  readonly link: LinkKind | null;
  readonly canWebRtc: boolean;
  readonly canDecode: boolean;
  readonly isSecure: boolean;
  /** How often WebRTC died. */
  readonly deaths: number;
  /** How often another way died. */
  readonly fallbackDeaths: number;
  /** Whether WebRTC ever showed a picture. */
  readonly hadWebRtc: boolean;
  /** Whether it died although both ends agreed on it. */
  readonly isWebRtcBlocked: boolean;
};

/** Null over WebRTC, and while it is tried for the first time. */
export function fallbackReasonOf(facts: FallbackFacts): FallbackReason | null {
  if (facts.shown === null || facts.shown === "webrtc") return null;
  if (facts.choice !== "auto") return "chosen";
  if (facts.link === "http") return "websocket-blocked";
  if (facts.shown === "mjpeg" && !facts.canDecode) return decoderReason(facts);
  if (!facts.canWebRtc) return "webrtc-missing";
  return facts.deaths === 0 ? null : deathReason(facts);
}

/** Why a way that was chosen brings no picture; null where any way may be taken, and where it still may. */
export function wayTroubleOf(facts: FallbackFacts): WayTrouble | null {
  const { choice, link } = facts;
  if (choice === "auto" || link === null) return null;
  const reason = choice === "mjpeg" || link === "websocket" ? reasonOf(choice, facts) : "websocket-blocked";
  return reason && { way: choice, reason };
}

function reasonOf(way: Transport, facts: FallbackFacts): FallbackReason | null {
  switch (way) {
    case "webrtc":
      if (!facts.canWebRtc) return "webrtc-missing";
      return facts.deaths === 0 ? null : deathReason(facts);
    case "websocket":
      return facts.canDecode && facts.fallbackDeaths === 0 ? null : decoderReason(facts);
    case "mjpeg":
      return facts.fallbackDeaths === 0 ? null : "mjpeg-failed";
  }
}

function deathReason({ hadWebRtc, isWebRtcBlocked }: FallbackFacts): FallbackReason {
  if (hadWebRtc) return "webrtc-lost";
  return isWebRtcBlocked ? "webrtc-blocked" : "webrtc-failed";
}

function decoderReason({ isSecure }: FallbackFacts): FallbackReason {
  return isSecure ? "no-decoder" : "insecure";
}
