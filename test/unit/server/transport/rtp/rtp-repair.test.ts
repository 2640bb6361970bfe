/** What an RTP stream does about losses: sends again, parity, key frames where they are asked for. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  PictureLossIndication,
  ReceiverEstimatedMaxBitrate,
  RtcpPayloadSpecificFeedback,
  RtcpReceiverInfo,
  RtcpRrPacket,
} from "werift";
import { VideoPacketizer } from "../../../../../server/transport/rtp/video-packetizer.ts";
import { milliseconds } from "../../../../../shared/time.ts";
import { protectedBy, recover } from "../../../../support/parity-decoder.ts";
import {
  frame,
  nack,
  senderParameters as parameters,
  RtpSenderProbe,
  type Sent,
} from "../../../../support/rtp-sender-probe.ts";

let probe: RtpSenderProbe;

beforeEach(() => {
  vi.useFakeTimers();
  probe = new RtpSenderProbe();
});

afterEach(() => {
  probe.sender.close();
});

describe("RTP stream of a viewer that loses packets", () => {
  it.each([parameters.rtx, null])(
    "numbers what it sends for the whole transport, once for each packet (RTX %o)",
    (rtx) => {
      probe.open(rtx, 5);
      probe.sender.send(frame(1, 3), () => undefined);
      const wide = ({ header }: Sent) => header.extensions.find(({ id }) => id === 5)?.payload.readUInt16BE();
      probe.sender.handleRtcp(nack([probe.sent[1]?.header.sequenceNumber ?? 0]));
      vi.advanceTimersByTime(1);
      // The same bytes again without RTX, as they are encrypted under the same nonce.
      const again = probe.sent.filter(({ header }, index) => header.ssrc === 222 || index === 3);
      expect(probe.sent.slice(0, 3).map(wide)).toEqual([0, 1, 2]);
      if (rtx === null) expect(again.map(wide)).toEqual([1]);
      else expect(again.map(wide)).toEqual(again.map((_, index) => 3 + index));
    },
  );

  it("does not send a packet again that is too old to help", () => {
    probe.sender.send(frame(1, 2), () => undefined);
    vi.advanceTimersByTime(1500);
    probe.sender.handleRtcp(nack([probe.sent[0]?.header.sequenceNumber ?? 0]));
    expect(probe.sent).toHaveLength(2);
  });

  it("makes a key frame, once, when a packet is asked for that is too old, unless a key frame came after it", () => {
    probe.sender.send(frame(1, 3), () => undefined);
    probe.sender.send(frame(2, 3), () => undefined);
    vi.advanceTimersByTime(5000);
    const numbers = probe.sent.map(({ header }) => header.sequenceNumber);
    const [first = 0, , , fourth = 0] = numbers;
    probe.sender.handleRtcp(nack([(fourth + 100) & 0xffff]));
    probe.sender.handleRtcp(nack([(first - 1) & 0xffff]));
    expect(probe.keyFrameRequests).toBe(0);
    probe.sender.handleRtcp(nack([fourth]));
    probe.sender.handleRtcp(nack([fourth]));
    expect(probe.keyFrameRequests).toBe(1);
    probe.sender.send(frame(1, 3), () => undefined);
    vi.advanceTimersByTime(5000);
    probe.sender.handleRtcp(nack([fourth]));
    expect(probe.keyFrameRequests).toBe(1);
  });

  it("makes a key frame at once where that is there sooner than what is lost, and sends nothing else meanwhile", () => {
    probe.open(parameters.rtx, 5);
    const payloads = Array.from({ length: 40 }, () => Buffer.alloc(1000));
    const large = (number: number) => ({ ...frame(number, 1), rtpPayloads: () => payloads });
    probe.sender.send(large(1), () => undefined);
    vi.advanceTimersByTime(400);
    probe.sender.send(large(2), () => undefined);
    probe.sender.send(large(3), () => undefined);
    vi.advanceTimersByTime(20);
    const numbers = probe.sent.map(({ header }) => header.sequenceNumber);
    probe.sender.handleRtcp(nack(numbers.slice(0, 3)));
    vi.advanceTimersByTime(10);
    expect(probe.keyFrameRequests).toBe(0);
    expect(probe.sent.filter(({ header }) => header.ssrc === parameters.rtx.ssrc)).toHaveLength(3);
    // At the megabit with which a way begins these take 240 ms.
    probe.sender.handleRtcp(nack(numbers.slice(3, 33)));
    vi.advanceTimersByTime(1000);
    expect(probe.keyFrameRequests).toBe(1);
    expect(probe.sent.filter(({ header }) => header.ssrc === parameters.rtx.ssrc)).toHaveLength(3);
    // The frame that was begun, and not the one behind it.
    expect(probe.sent).toHaveLength(80 + 3);
  });

  it("sends no packet again that came before a key frame, however many packets ago that was", () => {
    probe.sender.send(frame(2, 2), () => undefined);
    probe.sender.send(frame(1, 2), () => undefined);
    vi.advanceTimersByTime(100);
    const numbers = probe.sent.map(({ header }) => header.sequenceNumber);
    probe.sender.handleRtcp(nack(numbers.slice(0, 2)));
    vi.advanceTimersByTime(100);
    expect(probe.sent).toHaveLength(4);
    for (let batch = 0; batch < 40; batch += 1) {
      probe.sender.send(frame(2, 1000), () => undefined);
      vi.advanceTimersByTime(100);
    }
    expect(probe.sent).toHaveLength(40_004);
    probe.sender.handleRtcp(nack([probe.sent.at(-5)?.header.sequenceNumber ?? 0]));
    vi.advanceTimersByTime(100);
    expect(probe.sent).toHaveLength(40_005);
    expect(probe.sent.at(-1)?.header.ssrc).toBe(parameters.rtx.ssrc);
  });

  it("sends a lost packet again as RTX, a second later and after 2000 others", () => {
    probe.sender.send(frame(1, 2000), () => undefined);
    vi.advanceTimersByTime(1000);
    const lost = probe.sent[0];
    probe.sender.handleRtcp(nack([lost?.header.sequenceNumber ?? 0]));
    const again = probe.sent.at(-1);
    expect(again?.header).toMatchObject({ ssrc: 222, payloadType: 97, timestamp: lost?.header.timestamp });
    expect(again?.payload.readUInt16BE()).toBe(lost?.header.sequenceNumber);
    expect(again?.payload.subarray(2)).toEqual(lost?.payload);
    expect(probe.sender.takeCounts()).toMatchObject({ packets: 2001, retransmitted: 1 });
  });

  it("sends a lost packet again bit for bit where RTX was not agreed on", () => {
    probe.open(null);
    probe.sender.send(frame(1, 2), () => undefined);
    for (const lost of probe.sent.slice(0, 2)) {
      probe.sender.handleRtcp(nack([lost.header.sequenceNumber]));
      const again = probe.sent.at(-1);
      expect(again).not.toBe(lost);
      expect(again?.header.serialize(again.header.serializeSize)).toEqual(
        lost.header.serialize(lost.header.serializeSize),
      );
      expect(again?.payload).toEqual(lost.payload);
    }
  });

  it("does not send a packet again twice at once, nor one that it never sent", () => {
    probe.sender.send(frame(1, 2), () => undefined);
    const sequence = probe.sent[0]?.header.sequenceNumber ?? 0;
    probe.sender.handleRtcp(nack([sequence, sequence]));
    probe.sender.handleRtcp(nack([sequence, (sequence + 500) & 0xffff]));
    expect(probe.sent).toHaveLength(3);
  });

  it("passes PLI on, and FIR once for each number (RFC 5104)", () => {
    const pli = new PictureLossIndication({ senderSsrc: 9, mediaSsrc: 111 });
    probe.sender.handleRtcp(new RtcpPayloadSpecificFeedback({ feedback: pli }));
    const fir = (sequenceNumber: number) =>
      ({ feedback: { count: 4, senderSsrc: 9, mediaSsrc: 0, fir: [{ ssrc: 111, sequenceNumber }] } }) as never;
    for (const number of [7, 7, 8]) {
      probe.sender.handleRtcp(Object.assign(Object.create(RtcpPayloadSpecificFeedback.prototype), fir(number)));
    }
    const strange = new PictureLossIndication({ senderSsrc: 9, mediaSsrc: 5 });
    probe.sender.handleRtcp(new RtcpPayloadSpecificFeedback({ feedback: strange }));
    expect(probe.keyFrameRequests).toBe(3);
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
      probe.sender.handleRtcp(new RtcpRrPacket({ ssrc: 9, reports: [block] }));
    };
    probe.sender.send(frame(1, 3), () => undefined);
    const last = probe.sent.at(-1)?.header.sequenceNumber ?? 0;
    report(last - 1);
    vi.advanceTimersByTime(3000);
    probe.sender.handleRtcp(pli);
    expect(probe.keyFrameRequests).toBe(1);
    report(last + 0x30000);
    probe.sender.handleRtcp(pli);
    expect(probe.keyFrameRequests).toBe(1);
    probe.sender.send(frame(2, 3), () => undefined);
    report(last + 3);
    probe.sender.handleRtcp(pli);
    expect(probe.keyFrameRequests).toBe(2);
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
        probe.sender.handleRtcp(
          new RtcpRrPacket({ ssrc: 9, reports: [new RtcpReceiverInfo({ ssrc: 111, ...block })] }),
        );
        vi.advanceTimersByTime(1000);
      }
    }

    it("is sent with none until it reports losses", () => {
      probe.open(parameters.rtx, 5, parity);
      probe.sender.send(frame(1, 8), () => undefined);
      reportLoss(0);
      probe.sender.send(frame(2, 8), () => undefined);
      expect(probe.sent.filter(isParity)).toEqual([]);
    });

    it("is then sent with parity, however near it is (PR2), from which any packet follows, the wide number as 0 (FF4)", () => {
      probe.open(parameters.rtx, 5, parity);
      reportLoss(0.04);
      probe.sender.send(frame(1, 8), () => undefined);
      // Behind them what went before is sent again, to find out how much the way carries.
      expect(probe.sent.slice(0, 9).map(isParity)).toEqual([...new Array(8).fill(false), true]);
      expect(probe.sender.takeCounts().parity).toBe(1);
      const [last] = probe.sent.filter(isParity);
      const packets = probe.sent.slice(0, 8).map(({ header, payload }, index): [number, Buffer] => {
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
      probe.open(parameters.rtx, 5, parity);
      reportLoss(0.04);
      const packetizer = new VideoPacketizer("vp8");
      const packet = { codec: "vp8", data: new Uint8Array(40_000), isKeyFrame: true, frame: 1 } as const;
      probe.sender.send(packetizer.packetize(packet, milliseconds(1000)), () => undefined);
      vi.advanceTimersByTime(2000);
      expect(probe.sent.filter(isParity)).toHaveLength(4);
      const largest = Math.max(...probe.sent.map(({ header, payload }) => header.serializeSize + payload.length));
      const [tag, ipv6AndUdp, turn] = [16, 48, 4];
      expect(largest + tag + ipv6AndUdp + turn).toBeLessThanOrEqual(1280);
      expect(largest).toBeGreaterThan(1180);
    });

    it("is told of less room for video while it is", () => {
      probe.open(parameters.rtx, null, parity);
      const remb = { bitrate: 2_000_000n, ssrcFeedbacks: [111] };
      probe.sender.handleRtcp(new RtcpPayloadSpecificFeedback({ feedback: new ReceiverEstimatedMaxBitrate(remb) }));
      reportLoss(0.04);
      const before = probe.sender.estimate.bitrateBps ?? 0;
      for (let number = 1; number < 100; number += 1) {
        probe.sender.send(frame(number, 8), () => undefined);
        vi.advanceTimersByTime(33);
      }
      expect(before).toBeGreaterThan(1_500_000);
      expect(probe.sender.estimate.bitrateBps).toBeLessThan(before * 0.9);
      expect(probe.sender.estimate.bitrateBps).toBeGreaterThan(before * 0.5);
    });
  });
});
