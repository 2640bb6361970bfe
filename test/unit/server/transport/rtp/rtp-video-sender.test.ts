/** One viewer's RTP stream: numbers, time stamps, order, reports. What is lost: rtp-repair.test.ts. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RtcpSrPacket } from "werift";
import { milliseconds, now } from "../../../../../shared/time.ts";
import { frame, RtpSenderProbe } from "../../../../support/rtp-sender-probe.ts";

let probe: RtpSenderProbe;

beforeEach(() => {
  vi.useFakeTimers();
  probe = new RtpSenderProbe();
});

afterEach(() => {
  probe.sender.close();
});

describe("RTP stream of a viewer", () => {
  it("numbers packets without a gap, also across frames and the wrap at 65536", () => {
    for (let number = 1; number <= 1700; number += 1) probe.sender.send(frame(number, 40), () => undefined);
    vi.advanceTimersByTime(5000);
    expect(probe.sent).toHaveLength(68_000);
    for (const [index, { header }] of probe.sent.entries()) {
      const first = probe.sent[0]?.header.sequenceNumber ?? 0;
      if (header.sequenceNumber !== ((first + index) & 0xffff)) throw new Error(`gap at packet ${index}`);
    }
  });

  it("gives the packets of a frame one time stamp on the 90 kHz clock and marks the last", () => {
    const told: number[] = [];
    probe.sender.send(frame(1, 3, milliseconds(1000)), (timestamp) => told.push(timestamp));
    probe.sender.send(frame(2, 2, milliseconds(1016)), (timestamp) => told.push(timestamp));
    expect(probe.sent.map(({ header }) => header.marker)).toEqual([false, false, true, false, true]);
    const stamps = probe.sent.map(({ header }) => header.timestamp);
    expect(new Set(stamps.slice(0, 3)).size).toBe(1);
    expect(((stamps[3] ?? 0) - (stamps[0] ?? 0)) >>> 0).toBe(16 * 90);
    expect(told).toEqual([stamps[0], stamps[3]]);
  });

  it("asks the player for no delay on the first packet of each frame", () => {
    probe.sender.send(frame(1, 2), () => undefined);
    const ids = probe.sent.map(({ header }) => header.extensions.map(({ id }) => id));
    expect(ids).toEqual([[1, 2], [1]]);
    expect(probe.sent[0]?.header.extensions[1]?.payload).toEqual(Buffer.from([0, 0, 0]));
  });

  it("sends a large frame in portions and keeps the order of the frames after it", () => {
    probe.sender.send(frame(1, 200), () => undefined);
    probe.sender.send(frame(2, 1), () => undefined);
    expect(probe.sent.length).toBeLessThan(60);
    vi.advanceTimersByTime(20);
    expect(probe.sent.map(({ payload }) => payload[0])).toEqual([...new Array(200).fill(1), 2]);
  });

  it("gives each frame a later time stamp than the one before, also where two encoders show the same moment", () => {
    const told: number[] = [];
    for (const time of [1000, 1000, 990, 1016])
      probe.sender.send(frame(1, 1, milliseconds(time)), (at) => told.push(at));
    const steps = told.slice(1).map((stamp, index) => (stamp - (told[index] ?? 0)) | 0);
    expect(steps).toEqual([1, 1, 16 * 90 - 2]);
  });

  it("reports while packets flow, with NTP and RTP time of one moment, and is silent at rest", () => {
    const time = now();
    const stamps: number[] = [];
    probe.sender.send(frame(1, 3, time), (timestamp) => stamps.push(timestamp));
    vi.advanceTimersByTime(5000);
    expect(probe.reports).toHaveLength(1);
    const [report] = probe.reports;
    if (!(report instanceof RtcpSrPacket)) throw new Error("not a sender report");
    expect(report.senderInfo).toMatchObject({ packetCount: 3, octetCount: 9 });
    const ntpMs = (Number(report.senderInfo.ntpTimestamp >> 32n) - 2_208_988_800) * 1000;
    const fractionMs = (Number(report.senderInfo.ntpTimestamp & 0xffffffffn) / 2 ** 32) * 1000;
    const elapsedTicks = ((report.senderInfo.rtpTimestamp - (stamps[0] ?? 0)) | 0) / 90;
    expect(elapsedTicks).toBeCloseTo(ntpMs + fractionMs - time, 0);
  });
});
