/** How much video may be on its way over a WebSocket: server/transport/socket/socket-flow.ts, rules SF1 to SF6. */

import { beforeEach, describe, expect, it } from "vitest";
import { SocketFlow } from "../../../../../server/transport/socket/socket-flow.ts";
import { milliseconds } from "../../../../../shared/time.ts";

let flow: SocketFlow;

beforeEach(() => {
  flow = new SocketFlow();
});

const at = milliseconds;

/** Sends frames `first` to `last`, 16 ms apart from `start`, and gives the decisions. */
function send(first: number, last: number, start: number): string[] {
  const frames = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return frames.map((frame, index) => flow.decide(frame, false, at(start + index * 16)));
}

describe("flow of video over a WebSocket", () => {
  it("begins with a key frame, asked for once", () => {
    expect([flow.decide(1, false, at(0)), flow.decide(2, false, at(16))]).toEqual(["ask", "skip"]);
    expect(flow.decide(3, true, at(32))).toBe("send");
    expect(flow.decide(4, false, at(48))).toBe("send");
  });

  it("sends everything while acknowledgements come, also over a long way (SF1)", () => {
    flow.decide(1, true, at(0));
    for (let frame = 2; frame < 200; frame += 1) {
      const time = frame * 16;
      // Acknowledged 300 ms later: some nineteen frames are always on their way.
      if (frame > 20) flow.acknowledge(frame - 19, at(time));
      expect(flow.decide(frame, false, at(time))).toBe("send");
    }
    expect(flow.roundTripMs).toBeLessThanOrEqual(304);
  });

  it("holds at most the round trip and 200 ms of video in a connection that stalls (SF1, SF2)", () => {
    flow.decide(1, true, at(0));
    flow.acknowledge(1, at(20));
    const decisions = send(2, 200, 100);
    expect(decisions.indexOf("skip")).toBeLessThanOrEqual(Math.ceil(220 / 16) + 1);
    expect(decisions.slice(decisions.indexOf("skip"))).not.toContain("send");
  });

  it("leaves no delay behind: after a stall the next picture is a key frame (SF2, SF3)", () => {
    flow.decide(1, true, at(0));
    flow.acknowledge(1, at(20));
    send(2, 200, 100);
    expect(flow.acknowledge(3, at(3100))).toBe(false);
    expect(flow.decide(201, false, at(3101))).toBe("skip");
    expect(flow.acknowledge(200, at(3110))).toBe(true);
    expect(flow.decide(202, false, at(3116))).toBe("skip");
    expect(flow.decide(203, true, at(3132))).toBe("send");
    expect(flow.decide(204, false, at(3148))).toBe("send");
  });

  it("asks for key frames at most once a second, and not at all when it needs none (SF3)", () => {
    const asked = Array.from({ length: 300 }, (_, index) => flow.decide(index + 1, false, at(index * 10)));
    expect(asked.filter((decision) => decision === "ask")).toHaveLength(3);
    flow.decide(301, true, at(3000));
    expect(flow.askIfDue(at(9000))).toBe(false);
  });

  it("asks by itself when the scene came to rest while frames were left out", () => {
    flow.decide(1, true, at(0));
    flow.acknowledge(1, at(20));
    send(2, 60, 100);
    expect(flow.askIfDue(at(1200))).toBe(false);
    flow.acknowledge(60, at(1300));
    expect(flow.needsKeyFrame).toBe(true);
  });

  it("does not take the delay of a connection that is congested for a minute for its round trip (SF1)", () => {
    flow.decide(1, true, at(0));
    flow.acknowledge(1, at(20));
    for (let frame = 2; frame < 40; frame += 1) {
      const time = frame * 2000;
      flow.decide(frame, true, at(time));
      flow.acknowledge(frame, at(time + 1800));
    }
    expect(flow.roundTripMs).toBeLessThanOrEqual(20 + 3 * 50);
  });

  it("is stuck when nothing is acknowledged for 5 s, never at rest (SF4)", () => {
    flow.decide(1, true, at(0));
    expect([flow.isStuck(at(4900)), flow.isStuck(at(5100))]).toEqual([false, true]);
    flow.acknowledge(1, at(5200));
    expect(flow.isStuck(at(100_000))).toBe(false);
  });

  it("is not stuck while one frame after another is acknowledged, however late (SF4)", () => {
    for (let frame = 1; frame <= 6; frame += 1) flow.decide(frame, frame === 1, at(frame));
    for (let frame = 1; frame <= 5; frame += 1) {
      flow.acknowledge(frame, at(frame * 2000));
      expect(flow.isStuck(at(frame * 2000 + 1900))).toBe(false);
    }
    expect(flow.isStuck(at(15_100))).toBe(true);
  });

  it("sends nothing but a key frame after a pause, and asks for it at once (SF5)", () => {
    flow.decide(1, true, at(0));
    flow.acknowledge(1, at(10));
    flow.interrupt(at(20));
    flow.interrupt(at(3_600_000));
    expect(flow.needsKeyFrame).toBe(true);
    expect(flow.decide(2, false, at(3_600_001))).toBe("ask");
    expect(flow.decide(3, true, at(3_600_002))).toBe("send");
  });

  it("is not stuck by what a page did not acknowledge while it slept, and goes on once it does (SF5)", () => {
    flow.decide(1, true, at(0));
    flow.interrupt(at(5));
    flow.interrupt(at(60_000));
    expect(flow.isStuck(at(60_001))).toBe(false);
    expect(flow.decide(2, true, at(60_010))).toBe("skip");
    expect(flow.acknowledge(1, at(60_020))).toBe(true);
    expect(flow.decide(3, true, at(60_030))).toBe("send");
    flow.interrupt(at(60_040));
    flow.interrupt(at(60_050));
    expect(flow.isStuck(at(65_100))).toBe(true);
  });

  it("brings no more on its way by any number of pauses than without (SF5)", () => {
    let sent = 0;
    for (let frame = 1; frame < 2000; frame += 1) {
      flow.interrupt(at(frame * 10));
      if (flow.decide(frame, true, at(frame * 10)) === "send") sent += 1;
    }
    expect(sent).toBeLessThanOrEqual(36);
  });
});
