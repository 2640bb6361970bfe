/** One viewer's RTP stream: numbers, time stamps, retransmission, reports, key frame requests. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  GenericNack,
  PictureLossIndication,
  ReceiverEstimatedMaxBitrate,
  type RtcpPacket,
  RtcpPayloadSpecificFeedback,
  RtcpReceiverInfo,
  RtcpRrPacket,
  RtcpSrPacket,
  RtcpTransportLayerFeedback,
  type RtpHeader,
} from "werift";
import { RtpVideoSender } from "../../../../../server/transport/rtp/rtp-video-sender.ts";
import { VideoPacketizer } from "../../../../../server/transport/rtp/video-packetizer.ts";
import type { OutgoingFrame } from "../../../../../server/transport/transport.ts";
import { milliseconds, now } from "../../../../../shared/time.ts";
import { protectedBy, recover } from "../../../../support/parity-decoder.ts";

const parameters = {
  ssrc: 111,
  payloadType: 96,
  rtx: { ssrc: 222, payloadType: 97 },
  parity: null,
  midExtension: { id: 1, mid: "0" },
  playoutDelayId: 2,
  wideSequenceId: null,
} as const;

type Sent = { readonly header: RtpHeader; readonly payload: Buffer };

let sent: Sent[];
let reports: RtcpPacket[];
let keyFrameRequests: number;
let sender: RtpVideoSender;

function open(
  rtx: { ssrc: number; payloadType: number } | null = parameters.rtx,
  wideSequenceId: number | null = null,
  parity: { ssrc: number; payloadType: number } | null = null,
): RtpVideoSender {
  return new RtpVideoSender(
    { ...parameters, rtx, wideSequenceId, parity },
    {
      sendRtp: (payload, header) => void sent.push({ payload, header }),
      sendRtcp: (packets) => void reports.push(...packets),
    },
    {
      keyFrameRequested: () => {
        keyFrameRequests += 1;
        return true;
      },
      roomMade: () => undefined,
      wayReported: () => undefined,
    },
  );
}

function frame(number: number, packets: number, time = milliseconds(1000 + number * 10)): OutgoingFrame {
  const payloads = Array.from({ length: packets }, (_, index) => Buffer.from([number, index & 255, index >> 8]));
  const forms = { rtpPayloads: () => payloads, socketForm: () => new Uint8Array() };
  return { codec: "h264", tier: 0, isKeyFrame: number === 1, number, count: number, time, ...forms };
}

function nack(lost: number[]): RtcpPacket {
  const feedback = new GenericNack({ senderSsrc: 9, mediaSourceSsrc: parameters.ssrc, lost });
  return new RtcpTransportLayerFeedback({ feedback });
}

beforeEach(() => {
  vi.useFakeTimers();
  [sent, reports, keyFrameRequests] = [[], [], 0];
  sender = open();
});

afterEach(() => {
  sender.close();
  vi.useRealTimers();
});

describe("RTP stream of a viewer", () => {
  it("numbers packets without a gap, also across frames and the wrap at 65536", () => {
    for (let number = 1; number <= 1700; number += 1) sender.send(frame(number, 40), () => undefined);
    vi.advanceTimersByTime(5000);
    expect(sent).toHaveLength(68_000);
    for (const [index, { header }] of sent.entries()) {
      const first = sent[0]?.header.sequenceNumber ?? 0;
      if (header.sequenceNumber !== ((first + index) & 0xffff)) throw new Error(`gap at packet ${index}`);
    }
  });

  it("gives the packets of a frame one time stamp on the 90 kHz clock and marks the last", () => {
    const told: number[] = [];
    sender.send(frame(1, 3, milliseconds(1000)), (timestamp) => told.push(timestamp));
    sender.send(frame(2, 2, milliseconds(1016)), (timestamp) => told.push(timestamp));
    expect(sent.map(({ header }) => header.marker)).toEqual([false, false, true, false, true]);
    const stamps = sent.map(({ header }) => header.timestamp);
    expect(new Set(stamps.slice(0, 3)).size).toBe(1);
    expect(((stamps[3] ?? 0) - (stamps[0] ?? 0)) >>> 0).toBe(16 * 90);
    expect(told).toEqual([stamps[0], stamps[3]]);
  });

  it("asks the player for no delay on the first packet of each frame", () => {
    sender.send(frame(1, 2), () => undefined);
    const ids = sent.map(({ header }) => header.extensions.map(({ id }) => id));
    expect(ids).toEqual([[1, 2], [1]]);
    expect(sent[0]?.header.extensions[1]?.payload).toEqual(Buffer.from([0, 0, 0]));
  });

  it("sends a large frame in portions and keeps the order of the frames after it", () => {
    sender.send(frame(1, 200), () => undefined);
    sender.send(frame(2, 1), () => undefined);
    expect(sent.length).toBeLessThan(60);
    vi.advanceTimersByTime(20);
    expect(sent.map(({ payload }) => payload[0])).toEqual([...new Array(200).fill(1), 2]);
  });

  it("gives each frame a later time stamp than the one before, also where two encoders show the same moment", () => {
    const told: number[] = [];
    for (const time of [1000, 1000, 990, 1016]) sender.send(frame(1, 1, milliseconds(time)), (at) => told.push(at));
    const steps = told.slice(1).map((stamp, index) => (stamp - (told[index] ?? 0)) | 0);
    expect(steps).toEqual([1, 1, 16 * 90 - 2]);
  });

  it.each([parameters.rtx, null])(
    "numbers what it sends for the whole transport, once for each packet (RTX %o)",
    (rtx) => {
      sender.close();
      sender = open(rtx, 5);
      sender.send(frame(1, 3), () => undefined);
      const wide = ({ header }: Sent) => header.extensions.find(({ id }) => id === 5)?.payload.readUInt16BE();
      sender.handleRtcp(nack([sent[1]?.header.sequenceNumber ?? 0]));
      vi.advanceTimersByTime(1);
      // The same bytes again without RTX, as they are encrypted under the same nonce.
      const again = sent.filter(({ header }, index) => header.ssrc === 222 || index === 3);
      expect(sent.slice(0, 3).map(wide)).toEqual([0, 1, 2]);
      if (rtx === null) expect(again.map(wide)).toEqual([1]);
      else expect(again.map(wide)).toEqual(again.map((_, index) => 3 + index));
    },
  );

  it("does not send a packet again that is too old to help", () => {
    sender.send(frame(1, 2), () => undefined);
    vi.advanceTimersByTime(1500);
    sender.handleRtcp(nack([sent[0]?.header.sequenceNumber ?? 0]));
    expect(sent).toHaveLength(2);
  });

  it("makes a key frame, once, when a packet is asked for that is too old, unless a key frame came after it", () => {
    sender.send(frame(1, 3), () => undefined);
    sender.send(frame(2, 3), () => undefined);
    vi.advanceTimersByTime(5000);
    const numbers = sent.map(({ header }) => header.sequenceNumber);
    const [first = 0, , , fourth = 0] = numbers;
    sender.handleRtcp(nack([(fourth + 100) & 0xffff]));
    sender.handleRtcp(nack([(first - 1) & 0xffff]));
    expect(keyFrameRequests).toBe(0);
    sender.handleRtcp(nack([fourth]));
    sender.handleRtcp(nack([fourth]));
    expect(keyFrameRequests).toBe(1);
    sender.send(frame(1, 3), () => undefined);
    vi.advanceTimersByTime(5000);
    sender.handleRtcp(nack([fourth]));
    expect(keyFrameRequests).toBe(1);
  });

  it("makes a key frame at once where that is there sooner than what is lost, and sends nothing else meanwhile", () => {
    sender.close();
    sender = open(parameters.rtx, 5);
    const payloads = Array.from({ length: 40 }, () => Buffer.alloc(1000));
    const large = (number: number) => ({ ...frame(number, 1), rtpPayloads: () => payloads });
    sender.send(large(1), () => undefined);
    vi.advanceTimersByTime(400);
    sender.send(large(2), () => undefined);
    sender.send(large(3), () => undefined);
    vi.advanceTimersByTime(20);
    const numbers = sent.map(({ header }) => header.sequenceNumber);
    sender.handleRtcp(nack(numbers.slice(0, 3)));
    vi.advanceTimersByTime(10);
    expect(keyFrameRequests).toBe(0);
    expect(sent.filter(({ header }) => header.ssrc === parameters.rtx.ssrc)).toHaveLength(3);
    // At the megabit with which a way begins these take 240 ms.
    sender.handleRtcp(nack(numbers.slice(3, 33)));
    vi.advanceTimersByTime(1000);
    expect(keyFrameRequests).toBe(1);
    expect(sent.filter(({ header }) => header.ssrc === parameters.rtx.ssrc)).toHaveLength(3);
    // The frame that was begun, and not the one behind it.
    expect(sent).toHaveLength(80 + 3);
  });

  it("sends no packet again that came before a key frame, however many packets ago that was", () => {
    sender.send(frame(2, 2), () => undefined);
    sender.send(frame(1, 2), () => undefined);
    vi.advanceTimersByTime(100);
    const numbers = sent.map(({ header }) => header.sequenceNumber);
    sender.handleRtcp(nack(numbers.slice(0, 2)));
    vi.advanceTimersByTime(100);
    expect(sent).toHaveLength(4);
    for (let batch = 0; batch < 40; batch += 1) {
      sender.send(frame(2, 1000), () => undefined);
      vi.advanceTimersByTime(100);
    }
    expect(sent).toHaveLength(40_004);
    sender.handleRtcp(nack([sent.at(-5)?.header.sequenceNumber ?? 0]));
    vi.advanceTimersByTime(100);
    expect(sent).toHaveLength(40_005);
    expect(sent.at(-1)?.header.ssrc).toBe(parameters.rtx.ssrc);
  });

  it("sends a lost packet again as RTX, a second later and after 2000 others", () => {
    sender.send(frame(1, 2000), () => undefined);
    vi.advanceTimersByTime(1000);
    const lost = sent[0];
    sender.handleRtcp(nack([lost?.header.sequenceNumber ?? 0]));
    const again = sent.at(-1);
    expect(again?.header).toMatchObject({ ssrc: 222, payloadType: 97, timestamp: lost?.header.timestamp });
    expect(again?.payload.readUInt16BE()).toBe(lost?.header.sequenceNumber);
    expect(again?.payload.subarray(2)).toEqual(lost?.payload);
    expect(sender.takeCounts()).toMatchObject({ packets: 2001, retransmitted: 1 });
  });

  it("sends a lost packet again bit for bit where RTX was not agreed on", () => {
    sender.close();
    sender = open(null);
    sender.send(frame(1, 2), () => undefined);
    for (const lost of sent.slice(0, 2)) {
      sender.handleRtcp(nack([lost.header.sequenceNumber]));
      const again = sent.at(-1);
      expect(again).not.toBe(lost);
      expect(again?.header.serialize(again.header.serializeSize)).toEqual(
        lost.header.serialize(lost.header.serializeSize),
      );
      expect(again?.payload).toEqual(lost.payload);
    }
  });

  it("does not send a packet again twice at once, nor one that it never sent", () => {
    sender.send(frame(1, 2), () => undefined);
    const sequence = sent[0]?.header.sequenceNumber ?? 0;
    sender.handleRtcp(nack([sequence, sequence]));
    sender.handleRtcp(nack([sequence, (sequence + 500) & 0xffff]));
    expect(sent).toHaveLength(3);
  });

  it("passes PLI on, and FIR once for each number (RFC 5104)", () => {
    const pli = new PictureLossIndication({ senderSsrc: 9, mediaSsrc: 111 });
    sender.handleRtcp(new RtcpPayloadSpecificFeedback({ feedback: pli }));
    const fir = (sequenceNumber: number) =>
      ({ feedback: { count: 4, senderSsrc: 9, mediaSsrc: 0, fir: [{ ssrc: 111, sequenceNumber }] } }) as never;
    for (const number of [7, 7, 8]) {
      sender.handleRtcp(Object.assign(Object.create(RtcpPayloadSpecificFeedback.prototype), fir(number)));
    }
    const strange = new PictureLossIndication({ senderSsrc: 9, mediaSsrc: 5 });
    sender.handleRtcp(new RtcpPayloadSpecificFeedback({ feedback: strange }));
    expect(keyFrameRequests).toBe(3);
  });

  it("gives no key frame to a viewer that has everything and only hears nothing from a scene at rest", () => {
    const pli = new RtcpPayloadSpecificFeedback({
      feedback: new PictureLossIndication({ senderSsrc: 9, mediaSsrc: 111 }),
    });
    const report = (highestSequence: number) => {
      const block = new RtcpReceiverInfo({
        ssrc: 111,
        fractionLost: 0,
        packetsLost: 0,
        highestSequence,
        jitter: 0,
        lsr: 0,
        dlsr: 0,
      });
      sender.handleRtcp(new RtcpRrPacket({ ssrc: 9, reports: [block] }));
    };
    sender.send(frame(1, 3), () => undefined);
    const last = sent.at(-1)?.header.sequenceNumber ?? 0;
    report(last - 1);
    vi.advanceTimersByTime(3000);
    sender.handleRtcp(pli);
    expect(keyFrameRequests).toBe(1);
    report(last + 0x30000);
    sender.handleRtcp(pli);
    expect(keyFrameRequests).toBe(1);
    sender.send(frame(2, 3), () => undefined);
    report(last + 3);
    sender.handleRtcp(pli);
    expect(keyFrameRequests).toBe(2);
  });

  describe("to a viewer that takes parity", () => {
    const parity = { ssrc: 333, payloadType: 98 };
    const isParity = ({ header }: Sent) => header.ssrc === parity.ssrc;

    function reportLoss(part: number): void {
      const block = {
        fractionLost: Math.round(part * 256),
        packetsLost: 0,
        highestSequence: 0,
        jitter: 0,
        lsr: 0,
        dlsr: 0,
      };
      for (let second = 0; second < 5; second += 1) {
        sender.handleRtcp(new RtcpRrPacket({ ssrc: 9, reports: [new RtcpReceiverInfo({ ssrc: 111, ...block })] }));
        vi.advanceTimersByTime(1000);
      }
    }

    it("is sent with none until it reports losses", () => {
      sender.close();
      sender = open(parameters.rtx, 5, parity);
      sender.send(frame(1, 8), () => undefined);
      reportLoss(0);
      sender.send(frame(2, 8), () => undefined);
      expect(sent.filter(isParity)).toEqual([]);
    });

    it("is then sent with parity, however near it is (PR2), from which any packet follows, the wide number as 0 (FF4)", () => {
      sender.close();
      sender = open(parameters.rtx, 5, parity);
      reportLoss(0.04);
      sender.send(frame(1, 8), () => undefined);
      // Behind them what went before is sent again, to find out how much the way carries.
      expect(sent.slice(0, 9).map(isParity)).toEqual([...new Array(8).fill(false), true]);
      expect(sender.takeCounts().parity).toBe(1);
      const [last] = sent.filter(isParity);
      const packets = sent.slice(0, 8).map(({ header, payload }, index): [number, Buffer] => {
        const wide = header.extensions.find(({ id }) => id === 5);
        expect(wide?.payload.readUInt16BE()).toBe(index);
        wide?.payload.fill(0);
        return [header.sequenceNumber, Buffer.concat([header.serialize(header.serializeSize), payload])];
      });
      expect(last?.header.extensions.find(({ id }) => id === 5)?.payload.readUInt16BE()).toBe(8);
      if (last === undefined) throw new Error("no parity");
      expect(protectedBy(last.payload).sequences).toEqual(packets.map(([number]) => number));
      for (const [number, bytes] of packets) {
        const rest = new Map(packets);
        rest.delete(number);
        expect(recover(last.payload, rest)).toEqual(bytes);
      }
    });

    it("is sent no packet larger than what every IPv6 path carries, through TURN too (RFC 8200 section 5)", () => {
      sender.close();
      sender = open(parameters.rtx, 5, parity);
      reportLoss(0.04);
      const packetizer = new VideoPacketizer("vp8");
      const packet = { codec: "vp8", data: new Uint8Array(40_000), isKeyFrame: true, frame: 1 } as const;
      sender.send(packetizer.packetize(packet, milliseconds(1000)), () => undefined);
      vi.advanceTimersByTime(2000);
      expect(sent.filter(isParity)).toHaveLength(4);
      const largest = Math.max(...sent.map(({ header, payload }) => header.serializeSize + payload.length));
      const [tag, ipv6AndUdp, turn] = [16, 48, 4];
      expect(largest + tag + ipv6AndUdp + turn).toBeLessThanOrEqual(1280);
      expect(largest).toBeGreaterThan(1180);
    });

    it("is told of less room for video while it is", () => {
      sender.close();
      sender = open(parameters.rtx, null, parity);
      const remb = { bitrate: 2_000_000n, ssrcFeedbacks: [111] };
      sender.handleRtcp(new RtcpPayloadSpecificFeedback({ feedback: new ReceiverEstimatedMaxBitrate(remb) }));
      reportLoss(0.04);
      const before = sender.estimate.bitrateBps ?? 0;
      for (let number = 1; number < 100; number += 1) {
        sender.send(frame(number, 8), () => undefined);
        vi.advanceTimersByTime(33);
      }
      expect(before).toBeGreaterThan(1_500_000);
      expect(sender.estimate.bitrateBps).toBeLessThan(before * 0.9);
      expect(sender.estimate.bitrateBps).toBeGreaterThan(before * 0.5);
    });
  });

  it("reports while packets flow, with NTP and RTP time of one moment, and is silent at rest", () => {
    const time = now();
    const stamps: number[] = [];
    sender.send(frame(1, 3, time), (timestamp) => stamps.push(timestamp));
    vi.advanceTimersByTime(5000);
    expect(reports).toHaveLength(1);
    const [report] = reports;
    if (!(report instanceof RtcpSrPacket)) throw new Error("not a sender report");
    expect(report.senderInfo).toMatchObject({ packetCount: 3, octetCount: 9 });
    const ntpMs = (Number(report.senderInfo.ntpTimestamp >> 32n) - 2_208_988_800) * 1000;
    const fractionMs = (Number(report.senderInfo.ntpTimestamp & 0xffffffffn) / 2 ** 32) * 1000;
    const elapsedTicks = ((report.senderInfo.rtpTimestamp - (stamps[0] ?? 0)) | 0) / 90;
    expect(elapsedTicks).toBeCloseTo(ntpMs + fractionMs - time, 0);
  });
});
