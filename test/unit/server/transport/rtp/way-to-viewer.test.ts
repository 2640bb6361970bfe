/** What RTCP tells of the way to a viewer that gives no transport-wide feedback: server/transport/rtp/way-to-viewer.ts. */

import { beforeEach, describe, expect, it } from "vitest";
import {
  ReceiverEstimatedMaxBitrate,
  type RtcpPacket,
  RtcpPayloadSpecificFeedback,
  RtcpReceiverInfo,
  RtcpRrPacket,
} from "werift";
import { ntpTimestampOf } from "../../../../../server/transport/rtp/rtp-fields.ts";
import { WayToViewer } from "../../../../../server/transport/rtp/way-to-viewer.ts";
import { milliseconds } from "../../../../../shared/time.ts";

const SSRC = 111;
const START = 1_700_000_000_000;
let way: WayToViewer;

beforeEach(() => {
  way = new WayToViewer(SSRC, false);
});

function remb(bitrate: bigint, ssrc = SSRC): RtcpPacket {
  return new RtcpPayloadSpecificFeedback({
    feedback: new ReceiverEstimatedMaxBitrate({ bitrate, ssrcFeedbacks: [ssrc] }),
  });
}

function report(loss: number, lsr = 0, dlsr = 0): RtcpPacket {
  const fractionLost = Math.round(loss * 256);
  const counts = { packetsLost: 0, highestSequence: 0, jitter: 0 };
  return new RtcpRrPacket({
    ssrc: 9,
    reports: [new RtcpReceiverInfo({ ssrc: SSRC, fractionLost, ...counts, lsr, dlsr })],
  });
}

describe("a way without transport-wide feedback", () => {
  it("is without limit before anything is known", () => {
    expect(way.estimate(START)).toEqual({
      pageShare: 1,
      bitrateBps: null,
      beginBps: null,
      roundTripMs: null,
      loss: 0,
      queueMs: null,
    });
    expect(way.pacedBps(START)).toBeNull();
  });

  it("carries what REMB says of this stream, less what the headers take", () => {
    expect(way.handleRtcp(remb(3_000_000n), 0, START)).toBe(true);
    way.handleRtcp(remb(1n, 5), 0, START);
    expect(way.pacedBps(START)).toBe(3_000_000);
    expect(way.estimate(START).bitrateBps).toBe(2_880_000);
  });

  it("is limited by heavy losses that last, and not by one bad report", () => {
    way.handleRtcp(report(0.3), 2_000_000, START);
    expect(way.estimate(START)).toMatchObject({ bitrateBps: null, loss: 77 / 256 });
    way.handleRtcp(report(0.3), 2_000_000, START + 1000);
    expect(way.pacedBps(START)).toBeLessThan(1_750_000);
    for (let second = 2; second < 60; second += 1) way.handleRtcp(report(0), 1_000_000, START + second * 1000);
    expect(way.pacedBps(START)).toBeNull();
  });

  it("measures round trips by its own reports, also where their time wraps around", () => {
    for (const sentAt of [START, START + 40_000_000]) {
      const lsr = Number((ntpTimestampOf(milliseconds(sentAt)) >> 16n) & 0xffffffffn);
      way.handleRtcp(report(0, lsr, 65_536 / 2), 0, sentAt + 580);
      expect(way.estimate(sentAt).roundTripMs).toBeCloseTo(80, 0);
    }
    way.handleRtcp(report(0), 0, START);
    expect(way.estimate(START).roundTripMs).toBeCloseTo(80, 0);
  });
});
