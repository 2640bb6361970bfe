/**
 * The estimate of a way and the pace on it, end to end over simulated ways: server/transport/congestion, pacer.ts and
 * rtp-video-sender.ts. In virtual time, and the same every time.
 */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Sample, SimulatedWay, type WayOptions } from "../simulated-way.ts";

let way: SimulatedWay;

function open(options: WayOptions): SimulatedWay {
  way = new SimulatedWay(options);
  return way;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  way.close();
});

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const delivered = (samples: readonly Sample[]): number => mean(samples.map(({ deliveredBps }) => deliveredBps));
const estimates = (samples: readonly Sample[]): number[] => samples.map(({ estimateBps }) => estimateBps ?? 0);
const framesOf = (samples: readonly Sample[]): number => samples.reduce((sum, { frames }) => sum + frames, 0);
const latencyOf = (samples: readonly Sample[], part: number): number => {
  const latencies = samples.flatMap(({ latencies }) => latencies).toSorted((a, b) => a - b);
  return latencies[Math.floor(latencies.length * part)] ?? Number.POSITIVE_INFINITY;
};
const longestQueue = (samples: readonly Sample[]): number => Math.max(...samples.map(({ queueMs }) => queueMs));

describe("a way of constant rate", () => {
  it.each([0.5, 1, 2, 5, 20])("is used to 85 per cent and more without a queue: %f Mbit/s", (mbit) => {
    const rateBps = mbit * 1e6;
    open({ rateBps });
    way.run(4500);
    const steady = way.run(20_000);
    expect(delivered(steady)).toBeGreaterThan(0.85 * rateBps);
    expect(longestQueue(steady)).toBeLessThan(150);
    // No sample of a second is far from the others.
    const level = mean(estimates(steady));
    for (const estimate of estimates(steady)) {
      expect(Math.abs(estimate - level)).toBeLessThan(0.25 * level);
    }
    expect(framesOf(steady)).toBeGreaterThan(58 * 20);
  });

  it("is known to be wide within a second where it is, and no frame waits there", () => {
    open({ rateBps: 1e9, delayMs: 0, maxBitrateBps: 8e6 });
    const samples = way.run(1000);
    expect(estimates(samples).at(-1)).toBeGreaterThan(20e6);
    expect(samples.reduce((sum, { refused }) => sum + refused, 0)).toBe(0);
  });

  it("is not slowed down by 30 ms of jitter", () => {
    const rateBps = 5e6;
    open({ rateBps, jitterMs: 30, jitterShape: "uniform" });
    way.run(4000);
    const steady = way.run(20_000);
    expect(delivered(steady)).toBeGreaterThan(0.85 * rateBps);
    expect(Math.min(...estimates(steady))).toBeGreaterThan(0.7 * rateBps);
  });

  it.each([
    [5, 30],
    [2, 30],
    [20, 30],
  ])("is used, and not overrun, where packets are late by chance: %f Mbit/s, deviation %i ms", (mbit, jitterMs) => {
    const rateBps = mbit * 1e6;
    open({ rateBps, delayMs: 40, jitterMs, queueMs: 200, fps: 30, maxBitrateBps: 8e6 });
    way.run(8000);
    const steady = way.run(20_000);
    expect(delivered(steady)).toBeGreaterThan(0.75 * Math.min(rateBps, 8e6));
    expect(steady.reduce((sum, { dropped }) => sum + dropped, 0)).toBeLessThan(60);
    // What jitter alone makes of it is 130 ms.
    expect(latencyOf(steady, 0.95)).toBeLessThan(250);
  });

  it.each([0.5, 1, 2, 5])("is not overrun while nothing is known: %f Mbit/s", (mbit) => {
    open({ rateBps: mbit * 1e6, delayMs: 10, queueMs: 200, fps: 30, maxBitrateBps: 8e6 });
    const start = way.run(4000);
    expect(start.reduce((sum, { dropped }) => sum + dropped, 0)).toBeLessThan(mbit < 1 ? 100 : 10);
    expect(delivered(start.slice(20))).toBeGreaterThan(0.7e6 * mbit);
  });

  it.each([0.02, 0.05])("is used in spite of random losses of %f", (loss) => {
    const rateBps = 2e6;
    open({ rateBps, loss });
    way.run(5000);
    const steady = way.run(20_000);
    expect(delivered(steady)).toBeGreaterThan(0.78 * rateBps);
    expect(longestQueue(steady)).toBeLessThan(200);
  });

  it("is not overrun where its queue is too short to show a delay", () => {
    const rateBps = 3e6;
    open({ rateBps, queueMs: 30 });
    way.run(6000);
    const steady = way.run(20_000);
    expect(delivered(steady)).toBeGreaterThan(0.7 * rateBps);
    expect(mean(estimates(steady))).toBeLessThan(1.3 * rateBps);
  });
});

describe("a way that changes", () => {
  it("is followed down within a second and up again within eight", () => {
    open({ rateBps: 10e6, queueMs: 300 });
    way.run(8000);
    way.change({ rateBps: 1e6 });
    way.run(1000);
    const low = way.run(6000);
    expect(longestQueue(low.slice(3))).toBeLessThan(150);
    expect(delivered(low.slice(10))).toBeGreaterThan(0.85e6);
    way.change({ rateBps: 10e6 });
    way.run(8000);
    expect(delivered(way.run(3000))).toBeGreaterThan(8.5e6);
  });

  it.each([
    [10, 1],
    [50, 2],
    [20, 5],
  ])("is followed down before much is lost, and shows pictures again within a second: %i to %i Mbit/s", (from, to) => {
    open({ rateBps: from * 1e6, delayMs: 10, queueMs: 200, fps: 30, maxBitrateBps: 8e6 });
    way.run(8000);
    way.change({ rateBps: to * 1e6 });
    const after = way.run(3000);
    // Half a second of overrun would be 250 and more.
    expect(after.reduce((sum, { dropped }) => sum + dropped, 0)).toBeLessThan(130);
    expect(framesOf(after.slice(10))).toBeGreaterThan(50);
    expect(latencyOf(after.slice(20), 0.95)).toBeLessThan(150);
  });

  it("is used again within two seconds of an outage of two", () => {
    open({ rateBps: 5e6 });
    way.run(8000);
    way.change({ rateBps: 0 });
    way.run(2000);
    way.change({ rateBps: 5e6 });
    way.run(2000);
    const after = way.run(3000);
    expect(delivered(after)).toBeGreaterThan(4e6);
    expect(framesOf(after)).toBeGreaterThan(170);
  });

  it("is silent while the scene rests (PB3), and used in full at once when it moves again", () => {
    open({ rateBps: 5e6 });
    way.run(8000);
    way.demand = 0;
    way.run(1000);
    const before = way.sentBytes;
    way.run(30_000);
    expect(way.sentBytes).toBe(before);
    way.demand = 1;
    const first = way.run(500);
    expect(delivered(first)).toBeGreaterThan(4e6);
    expect(longestQueue(first)).toBeLessThan(150);
  });
});

describe("a stream that needs little", () => {
  it("does not lower the estimate, and raises it by probes while more is wanted", () => {
    open({ rateBps: 8e6, maxBitrateBps: 8e6 });
    way.run(4000);
    way.demand = 0.05;
    const light = way.run(30_000);
    expect(Math.min(...estimates(light))).toBeGreaterThan(5e6);
    expect(Math.max(...estimates(light))).toBeLessThan(12e6);
    way.demand = 1;
    expect(longestQueue(way.run(1000))).toBeLessThan(200);
  });

  it("finds out what a way carries that became wider meanwhile", () => {
    open({ rateBps: 1e6, maxBitrateBps: 8e6 });
    way.run(5000);
    way.demand = 0.1;
    way.change({ rateBps: 20e6 });
    way.run(8000);
    expect(estimates(way.samples).at(-1)).toBeGreaterThan(7e6);
  });

  it("takes a way that became narrow for what it is", () => {
    open({ rateBps: 20e6, maxBitrateBps: 8e6 });
    way.run(4000);
    way.demand = 0.4;
    way.run(2000);
    way.change({ rateBps: 1e6 });
    way.run(3000);
    const narrow = way.run(5000);
    expect(longestQueue(narrow)).toBeLessThan(200);
    expect(Math.max(...estimates(narrow))).toBeLessThan(3e6);
  });
});
