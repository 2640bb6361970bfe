/** Owns the checks of why the pictures do not come by WebRTC. */

import { expect, it } from "vitest";
import { type FallbackFacts, fallbackReasonOf } from "../../../../client/streams/fallback-reason.ts";

const first: FallbackFacts = {
  choice: "auto",
  shown: "websocket",
  link: "websocket",
  canWebRtc: true,
  canDecode: true,
  isSecure: true,
  deaths: 0,
  hadWebRtc: false,
};

it("says nothing over WebRTC and before it was tried", () => {
  expect(fallbackReasonOf(first)).toBeNull();
  expect(fallbackReasonOf({ ...first, shown: "webrtc", deaths: 3 })).toBeNull();
  expect(fallbackReasonOf({ ...first, shown: null })).toBeNull();
});

it("tells a network without UDP from one that lost it", () => {
  expect(fallbackReasonOf({ ...first, deaths: 1 })).toBe("webrtc-blocked");
  expect(fallbackReasonOf({ ...first, deaths: 1, hadWebRtc: true })).toBe("webrtc-lost");
});

it("tells what a proxy, a browser and a page lack", () => {
  expect(fallbackReasonOf({ ...first, shown: "mjpeg", link: "http" })).toBe("websocket-blocked");
  expect(fallbackReasonOf({ ...first, shown: "mjpeg", canDecode: false, isSecure: false })).toBe("insecure");
  expect(fallbackReasonOf({ ...first, shown: "mjpeg", canDecode: false })).toBe("no-decoder");
  expect(fallbackReasonOf({ ...first, canWebRtc: false })).toBe("webrtc-missing");
  expect(fallbackReasonOf({ ...first, choice: "websocket" })).toBe("chosen");
});
