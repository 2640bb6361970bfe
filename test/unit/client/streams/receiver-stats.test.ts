/** Owns the checks of the digest of the browser's WebRTC statistics. */

import { expect, it } from "vitest";
import { digestStats, packetsReceived } from "../../../../client/streams/receiver-stats.ts";

function report(
  video: Record<string, unknown>,
  local: Record<string, unknown> = {},
  codec: Record<string, unknown> = {},
): ReadonlyMap<string, unknown> {
  const entries: Record<string, unknown>[] = [
    { id: "T", type: "transport", selectedCandidatePairId: "P2" },
    { id: "P1", type: "candidate-pair", currentRoundTripTime: 9 },
    { id: "P2", type: "candidate-pair", currentRoundTripTime: 0.004, localCandidateId: "L", remoteCandidateId: "R" },
    { id: "L", type: "local-candidate", candidateType: "host", protocol: "udp", ...local },
    { id: "R", type: "remote-candidate", candidateType: "host", protocol: "udp" },
    { id: "C", type: "codec", mimeType: "video/H264", ...codec },
    { id: "V", type: "inbound-rtp", kind: "video", codecId: "C", frameWidth: 1280, frameHeight: 720, ...video },
  ];
  return new Map(entries.map((entry) => [String(entry["id"]), entry]));
}

it("says nothing before there is video", () => {
  expect(digestStats(new Map([["T", { id: "T", type: "transport" }]]), null)).toBeNull();
});

it("reads size, codec, path and round trip", () => {
  expect(digestStats(report({ timestamp: 0 }), null)?.digest).toMatchObject({
    width: 1280,
    height: 720,
    codec: "h264",
    chroma: "420",
    transport: { kind: "webrtc", protocol: "udp", isRelayed: false, candidateType: "host" },
    roundTripMs: 4,
    packetsLost: 0,
  });
});

it.each([
  ["video/H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", "420"],
  ["video/H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=f4001f", "444"],
  ["video/VP9", "profile-id=0", "420"],
  ["video/VP9", "profile-id=1", "444"],
  ["video/VP8", undefined, "420"],
  ["video/H265", "profile-id=1", null],
])("reads how fine colours are from the profile that was agreed on: %s %s", (mimeType, sdpFmtpLine, chroma) => {
  expect(digestStats(report({ timestamp: 0 }, {}, { mimeType, sdpFmtpLine }), null)?.digest.chroma).toBe(chroma);
});

it("measures rates and means between two reports", () => {
  const before = { timestamp: 1000, bytesReceived: 1000, framesDecoded: 10, totalDecodeTime: 1 };
  const after = { timestamp: 2000, bytesReceived: 126_000, framesDecoded: 70, totalDecodeTime: 1.12 };
  const first = digestStats(report({ ...before, jitterBufferDelay: 1, jitterBufferEmittedCount: 10 }), null);
  const second = digestStats(
    report({ ...after, jitterBufferDelay: 1.06, jitterBufferEmittedCount: 70 }),
    first?.counters ?? null,
  );
  expect(second?.digest).toMatchObject({ decodedFps: 60, bitrateBps: 1_000_000 });
  expect(second?.digest.decodeMs).toBeCloseTo(2);
  expect(second?.digest.jitterBufferMs).toBeCloseTo(1);
});

it("knows a relay over TCP", () => {
  const local = { candidateType: "relay", protocol: "udp", relayProtocol: "tcp" };
  expect(digestStats(report({ timestamp: 0 }, local), null)?.digest.transport).toEqual({
    kind: "webrtc",
    protocol: "tcp",
    isRelayed: true,
    candidateType: "relay",
  });
});

it("gives no mean while no frame comes", () => {
  const first = digestStats(report({ timestamp: 1000, framesDecoded: 10 }), null);
  const second = digestStats(report({ timestamp: 2000, framesDecoded: 10 }), first?.counters ?? null);
  expect(second?.digest).toMatchObject({ decodedFps: 0, decodeMs: null, jitterBufferMs: null });
});

it("counts packets of video, which come before any picture", () => {
  expect(packetsReceived(new Map())).toBe(0);
  expect(packetsReceived(report({ packetsReceived: 12 }))).toBe(12);
});
