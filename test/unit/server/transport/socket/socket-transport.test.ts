/** A viewer's video over its WebSocket: server/transport/socket/socket-transport.ts. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SocketTransport } from "../../../../../server/transport/socket/socket-transport.ts";
import type { OutgoingFrame, WayEstimate } from "../../../../../server/transport/transport.ts";
import { encodeSocketFrame, parseServerSocketMessage } from "../../../../../shared/socket-message.ts";
import { now } from "../../../../../shared/time.ts";

let sent: Uint8Array[];
let names: number[];
let transport: SocketTransport;

beforeEach(() => {
  [sent, names] = [[], []];
  transport = new SocketTransport("h264", (bytes) => void sent.push(bytes));
});

afterEach(() => transport.close());

function frame(count: number, isKeyFrame: boolean, tier: number): OutgoingFrame {
  const time = now();
  const form = encodeSocketFrame({ codec: "h264", isKeyFrame, frame: count, time, data: Uint8Array.of(tier, count) });
  return { codec: "h264", tier, isKeyFrame, number: count, count, time, rtpPayloads: () => [], socketForm: () => form };
}

function send(count: number, isKeyFrame = false, tier = 0): Uint8Array {
  const one = frame(count, isKeyFrame, tier);
  expect(transport.send(one, (name) => names.push(name))).toBe(true);
  return one.socketForm();
}

describe("a viewer's stream over its WebSocket", () => {
  it("is numbered upwards, also where another encoder's frames follow, and echoes go by that number", () => {
    send(100, true);
    send(102);
    send(7, true, 1);
    send(8, false, 1);
    send(103, true);
    expect(names).toEqual([100, 102, 103, 104, 199]);
    const frames = sent.map((bytes) => parseServerSocketMessage(bytes));
    expect(frames.map((one) => one?.kind === "frame" && one.frame)).toEqual(names);
    expect(frames.map((one) => one?.kind === "frame" && [...one.data])).toEqual([
      [0, 100],
      [0, 102],
      [1, 7],
      [1, 8],
      [0, 103],
    ]);
  });

  it("shares the bytes of a frame with the other viewers while its numbers are its encoder's", () => {
    const [first, second] = [send(100, true), send(101)];
    expect(sent).toEqual([first, second]);
    expect(sent[0]).toBe(first);
  });

  it("tells its round trip, and no limit where there is none", () => {
    const told: WayEstimate[] = [];
    transport.on("estimateChanged", ({ estimate }) => void told.push(estimate));
    for (let count = 1; count <= 5; count += 1) {
      send(count, count === 1);
      transport.handleAcknowledgement(count);
    }
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ bitrateBps: null, loss: 0 });
    expect(transport.estimate.roundTripMs).toBeLessThan(100);
  });
});
