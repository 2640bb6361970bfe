/** What a WebSocket is thought to carry: socket-flow.ts with congestion/socket-rate.ts, over simulated connections. */

import { describe, expect, it } from "vitest";
import { SimulatedSocket, type SocketSample } from "./simulated-socket.ts";

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const delivered = (samples: readonly SocketSample[]): number => mean(samples.map(({ deliveredBps }) => deliveredBps));
const longestQueue = (samples: readonly SocketSample[]): number => Math.max(...samples.map(({ queueMs }) => queueMs));
const skipped = (samples: readonly SocketSample[]): number => samples.reduce((sum, one) => sum + one.skipped, 0);

describe("a viewer by WebSocket", () => {
  it.each([0.5, 1, 2, 5])("is sent what %f Mbit/s carry, with little on the way and no frame left out", (mbit) => {
    for (const delayMs of [10, 80]) {
      const way = new SimulatedSocket(mbit * 1e6, delayMs);
      way.run(6000);
      const steady = way.run(20_000);
      expect(delivered(steady)).toBeGreaterThan(0.85 * way.rateBps);
      expect(longestQueue(steady)).toBeLessThan(200);
      expect(skipped(steady)).toBe(0);
    }
  });

  it.each([0.5, 1, 2])("has no delay left two and a half seconds after it began at %f Mbit/s (SF6)", (mbit) => {
    const way = new SimulatedSocket(mbit * 1e6);
    way.run(2500);
    expect(longestQueue(way.run(2000))).toBeLessThan(200);
  });

  it("has no limit while its way never was full, also with a long round trip (SO1)", () => {
    for (const delayMs of [0, 20, 80]) {
      const samples = new SimulatedSocket(200e6, delayMs).run(10_000);
      expect(samples.every(({ estimateBps }) => estimateBps === null)).toBe(true);
      expect(skipped(samples)).toBe(0);
    }
  });

  it("has no limit where its page was busy for a while (SO1, SO2)", () => {
    const way = new SimulatedSocket(200e6, 1);
    for (let second = 0; second < 10; second += 1) {
      way.busyUntil = second * 1000 + 180;
      expect(way.run(1000).at(-1)?.estimateBps).toBeNull();
    }
  });

  it("is followed down within two seconds of the queue, and up again within ten (SO3, SO4)", () => {
    const way = new SimulatedSocket(10e6);
    way.run(6000);
    way.rateBps = 1e6;
    way.run(2500);
    expect(longestQueue(way.run(3500))).toBeLessThan(200);
    expect(delivered(way.run(6000))).toBeGreaterThan(0.75e6);
    way.rateBps = 10e6;
    way.run(10_000);
    expect(delivered(way.run(3000))).toBeGreaterThan(7.5e6);
  });

  it("keeps the estimate while little is sent (SO4)", () => {
    const way = new SimulatedSocket(3e6);
    const before = way.run(8000).at(-1)?.estimateBps ?? 0;
    way.demand = 0.1;
    const after = way.run(20_000).at(-1)?.estimateBps ?? 0;
    expect(before).toBeGreaterThan(2e6);
    expect(after).toBeGreaterThan(0.9 * before);
    expect(after).toBeLessThan(1.5 * before);
  });
});

describe("a viewer whose page is slow", () => {
  it.each([60, 100, 200])(
    "that takes %i ms for a frame is not taken for one with a slow network (SF7, PL2)",
    (takesMs) => {
      const way = new SimulatedSocket(200e6);
      way.takesMs = takesMs;
      way.run(6000);
      const steady = way.run(10_000);
      expect(steady.every(({ estimateBps }) => estimateBps === null)).toBe(true);
      // 30 frames a second come.
      const share = mean(steady.map(({ pageShare }) => pageShare));
      expect(share).toBeLessThan((1.2 * 33) / takesMs);
      expect(share).toBeGreaterThan((0.4 * 33) / takesMs);
    },
  );

  it("gets all again when it is fast again (PL3)", () => {
    const way = new SimulatedSocket(200e6);
    way.takesMs = 60;
    way.run(6000);
    way.takesMs = 10;
    way.run(15_000);
    expect(way.run(1000).at(-1)?.pageShare).toBe(1);
  });

  it("is told from one with a slow network, which gets fewer bits and all pixels (PL1)", () => {
    const way = new SimulatedSocket(1e6);
    way.takesMs = 5;
    expect(way.run(20_000).every(({ pageShare }) => pageShare === 1)).toBe(true);
  });
});
