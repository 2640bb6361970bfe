/** Transport-wide feedback: server/transport/congestion/sent-packets.ts, rules SN1 to SN4. */

import { beforeEach, describe, expect, it } from "vitest";
import { RecvDelta, RtcpTransportLayerFeedback, RunLengthChunk, StatusVectorChunk, TransportWideCC } from "werift";
import { SentPackets } from "../../../../../server/transport/congestion/sent-packets.ts";

let packets: SentPackets;

beforeEach(() => {
  packets = new SentPackets();
});

function send(count: number): void {
  for (let index = 0; index < count; index += 1) packets.add(1000, index, 0);
}

/** Feedback about numbers from `base` on: an arrival in ms after the reference time, or null for a packet that did not come. */
function feedback(base: number, arrivals: readonly (number | null)[], reference = 100): TransportWideCC {
  const symbolList = arrivals.map((at) => (at === null ? 0 : 2));
  const packetChunks: (RunLengthChunk | StatusVectorChunk)[] = [];
  for (let from = 0; from < symbolList.length; from += 7) {
    packetChunks.push(new StatusVectorChunk({ type: 1, symbolSize: 1, symbolList: symbolList.slice(from, from + 7) }));
  }
  let time = 0;
  const recvDeltas = arrivals.flatMap((at) => {
    if (at === null) return [];
    const delta = new RecvDelta({ type: 2, delta: (at - time) * 1000 });
    time = at;
    return delta;
  });
  return new TransportWideCC({
    baseSequenceNumber: base,
    packetStatusCount: arrivals.length,
    referenceTime: reference,
    packetChunks,
    recvDeltas,
  });
}

const arrivedAt = (report: { readonly arrivedAt: number | null }): number | null => report.arrivedAt;

describe("feedback about packets", () => {
  it("tells when each arrived and which were lost", () => {
    send(4);
    expect(packets.read(feedback(0, [10, null, 12, 15]))).toEqual([
      { sentAt: 0, arrivedAt: 6410, bytes: 1000, probe: 0, wasLost: false },
      { sentAt: 1, arrivedAt: null, bytes: 1000, probe: 0, wasLost: false },
      { sentAt: 2, arrivedAt: 6412, bytes: 1000, probe: 0, wasLost: false },
      { sentAt: 3, arrivedAt: 6415, bytes: 1000, probe: 0, wasLost: false },
    ]);
  });

  it("is the same in the form in which it is sent, with runs and small differences", () => {
    send(30);
    const sent = new TransportWideCC({
      senderSsrc: 1,
      mediaSourceSsrc: 2,
      baseSequenceNumber: 0,
      packetStatusCount: 30,
      referenceTime: 7,
      fbPktCount: 1,
      packetChunks: [
        new RunLengthChunk({ packetStatus: 1, runLength: 20 }),
        new RunLengthChunk({ packetStatus: 0, runLength: 9 }),
        new RunLengthChunk({ packetStatus: 1, runLength: 1 }),
      ],
      recvDeltas: Array.from({ length: 21 }, () => new RecvDelta({ type: 1, delta: 1000 })),
    });
    const bytes = Buffer.concat([sent.serialize(), Buffer.alloc(4)]).subarray(4);
    const { feedback: read } = RtcpTransportLayerFeedback.deSerialize(bytes, sent.header);
    if (!(read instanceof TransportWideCC)) throw new Error("not transport-wide feedback");
    const reports = packets.read(read);
    expect(reports).toHaveLength(30);
    expect(reports.filter((report) => report.arrivedAt === null)).toHaveLength(9);
    expect(reports.at(-1)?.arrivedAt).toBe(7 * 64 + 21);
  });

  it("tells each arrival once, and a late one as lost before (SN1)", () => {
    send(3);
    expect(packets.read(feedback(0, [10, null, 12]))).toHaveLength(3);
    expect(packets.read(feedback(0, [10, null, 12]))).toEqual([]);
    expect(packets.read(feedback(1, [20]))).toMatchObject([{ sentAt: 1, wasLost: true }]);
    expect(packets.read(feedback(1, [20]))).toEqual([]);
  });

  it("ignores what was never sent, or long ago (SN2)", () => {
    send(3);
    expect(packets.read(feedback(500, [1, 2, 3]))).toEqual([]);
    expect(packets.read(feedback(65_534, [1, 2, 3]))).toHaveLength(1);
    send(9000);
    expect(packets.read(feedback(1, [1, 2]))).toEqual([]);
  });

  it("goes on where numbers and times wrap around (SN3)", () => {
    send(65_534);
    expect(packets.read(feedback(65_530, [0], 2 ** 24 - 1)).map(arrivedAt)).toEqual([(2 ** 24 - 1) * 64]);
    send(4);
    expect(packets.read(feedback(65_534, [0, 1, 2, 3], 0)).map(arrivedAt)).toEqual(
      [0, 1, 2, 3].map((ms) => 2 ** 24 * 64 + ms),
    );
  });

  it("does not judge packets after the last that arrived (SN4)", () => {
    send(4);
    expect(packets.read(feedback(0, [10, null, null, null]))).toHaveLength(1);
    expect(packets.read(feedback(1, [11, 12, 13]))).toHaveLength(3);
  });

  it("survives feedback that contradicts itself", () => {
    send(10);
    const garbage = [
      new TransportWideCC({
        baseSequenceNumber: 0,
        packetStatusCount: 9,
        referenceTime: 0,
        packetChunks: [],
        recvDeltas: [],
      }),
      new TransportWideCC({
        baseSequenceNumber: 3,
        packetStatusCount: 65_535,
        referenceTime: 2 ** 24 - 1,
        packetChunks: Array.from({ length: 9 }, () => new RunLengthChunk({ packetStatus: 3, runLength: 8191 })),
        recvDeltas: [],
      }),
      new TransportWideCC({
        baseSequenceNumber: 0,
        packetStatusCount: 5,
        referenceTime: 0,
        packetChunks: [new RunLengthChunk({ packetStatus: 1, runLength: 8000 })],
        recvDeltas: [new RecvDelta({ type: 1, delta: 0 })],
      }),
    ];
    expect(garbage.flatMap((one) => packets.read(one))).toHaveLength(1);
  });
});
