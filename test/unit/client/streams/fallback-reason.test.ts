/** Owns the checks of why the pictures do not come by WebRTC. */

import { expect, it } from "vitest";
import { type FallbackFacts, fallbackReasonOf, wayTroubleOf } from "../../../../client/streams/fallback-reason.ts";

const first: FallbackFacts = {
  choice: "auto",
  shown: "websocket",
  link: "websocket",
  canWebRtc: true,
  canDecode: true,
  isSecure: true,
  deaths: 0,
  fallbackDeaths: 0,
  hadWebRtc: false,
  isWebRtcBlocked: false,
};

it("says nothing over WebRTC and before it was tried", () => {
  expect(fallbackReasonOf(first)).toBeNull();
  expect(fallbackReasonOf({ ...first, shown: "webrtc", deaths: 3 })).toBeNull();
  expect(fallbackReasonOf({ ...first, shown: null })).toBeNull();
});

it("tells a network without UDP from one that lost it", () => {
  expect(fallbackReasonOf({ ...first, deaths: 1, isWebRtcBlocked: true })).toBe("webrtc-blocked");
  expect(fallbackReasonOf({ ...first, deaths: 1, hadWebRtc: true })).toBe("webrtc-lost");
});

it("tells what a proxy, a browser and a page lack", () => {
  expect(fallbackReasonOf({ ...first, shown: "mjpeg", link: "http" })).toBe("websocket-blocked");
  expect(fallbackReasonOf({ ...first, shown: "mjpeg", canDecode: false, isSecure: false })).toBe("insecure");
  expect(fallbackReasonOf({ ...first, shown: "mjpeg", canDecode: false })).toBe("no-decoder");
  expect(fallbackReasonOf({ ...first, canWebRtc: false })).toBe("webrtc-missing");
  expect(fallbackReasonOf({ ...first, choice: "websocket" })).toBe("chosen");
});

it("blames the network only where both ends agreed and nothing got through", () => {
  expect(fallbackReasonOf({ ...first, deaths: 1 })).toBe("webrtc-failed");
});

const forced = { ...first, shown: null };

it("tells why the way that was chosen brings nothing, and nothing where any may be taken", () => {
  const reasonOf = (facts: Partial<FallbackFacts>) => wayTroubleOf({ ...forced, ...facts })?.reason ?? null;
  const [webrtc, websocket, mjpeg] = [{ choice: "webrtc" }, { choice: "websocket" }, { choice: "mjpeg" }] as const;
  expect(reasonOf({ deaths: 3 })).toBeNull();
  expect([reasonOf(webrtc), reasonOf(websocket), reasonOf(mjpeg)]).toEqual([null, null, null]);
  expect(reasonOf({ ...webrtc, canWebRtc: false })).toBe("webrtc-missing");
  expect(reasonOf({ ...webrtc, deaths: 1, isWebRtcBlocked: true })).toBe("webrtc-blocked");
  expect(reasonOf({ ...webrtc, deaths: 1 })).toBe("webrtc-failed");
  expect([reasonOf({ ...webrtc, link: "http" }), reasonOf({ ...mjpeg, link: "http" })]).toEqual([
    "websocket-blocked",
    null,
  ]);
  expect(reasonOf({ ...websocket, canDecode: false })).toBe("no-decoder");
  expect(reasonOf({ ...websocket, canDecode: false, isSecure: false })).toBe("insecure");
  expect(reasonOf({ ...websocket, fallbackDeaths: 1 })).toBe("no-decoder");
  expect(reasonOf({ ...mjpeg, fallbackDeaths: 1 })).toBe("mjpeg-failed");
  expect(reasonOf({ ...webrtc, link: null, deaths: 1 })).toBeNull();
});
