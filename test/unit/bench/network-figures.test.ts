import { describe, expect, it } from "vitest";
import {
  backAfter,
  framesPerSecond,
  freezesIn,
  type LinkSample,
  rateIn,
  steadyAfter,
} from "../../bench/network-figures.ts";

/** A sample each 50 ms for `seconds`, at a rate that changes with time. */
function samplesOf(seconds: number, mbitAt: (ms: number) => number, waitingAt: (ms: number) => number = () => 0) {
  let passedBytes = 0;
  return Array.from({ length: seconds * 20 }, (_, at): LinkSample => {
    passedBytes += (mbitAt(at * 50) * 1e6 * 0.05) / 8;
    return { atMs: at * 50, passedBytes, dropped: 0, waitingMs: waitingAt(at * 50) };
  });
}

const everyMs = (ms: number, toMs: number) => Array.from({ length: Math.floor(toMs / ms) }, (_, at) => at * ms);

describe("freezes", () => {
  it("are times of more than 200 ms without a frame, those at the ends too", () => {
    expect(freezesIn(everyMs(50, 1000), 0, 1000)).toEqual({ count: 0, longestMs: 50 });
    expect(freezesIn([0, 100, 350, 450, 900], 0, 1200)).toEqual({ count: 3, longestMs: 450 });
    expect(freezesIn([], 0, 5000)).toEqual({ count: 1, longestMs: 5000 });
  });

  it("are counted within their time only", () => {
    expect(freezesIn([0, 900, 1000, 1100, 1200, 2500], 1000, 1250)).toEqual({ count: 0, longestMs: 100 });
  });
});

describe("rates", () => {
  it("are of the time between two moments", () => {
    const samples = samplesOf(4, (ms) => (ms < 2000 ? 4 : 1));
    expect(rateIn(samples, 0, 1900)).toBeCloseTo(4e6, -3);
    expect(rateIn(samples, 2000, 3900)).toBeCloseTo(1e6, -3);
    expect(rateIn(samples, 9000, 9900)).toBe(0);
  });

  it("of frames count those in between", () => {
    expect(framesPerSecond(everyMs(100, 5000), 1000, 3000)).toBe(10);
  });
});

describe("a network that gets worse", () => {
  it("is steady after the last queue", () => {
    const samples = samplesOf(
      5,
      () => 1,
      (ms) => (ms >= 1000 && ms <= 1700 ? 150 : 20),
    );
    expect(steadyAfter(samples, everyMs(50, 5000), 1000, 5000)).toBe(700);
  });

  it("is steady after the last drop", () => {
    const samples = samplesOf(5, () => 1).map((one) => ({ ...one, dropped: one.atMs >= 1400 ? 3 : 0 }));
    expect(steadyAfter(samples, everyMs(50, 5000), 1000, 5000)).toBe(400);
  });

  it("is steady after the last freeze", () => {
    const frames = everyMs(50, 5000).filter((at) => at < 1500 || at > 2000);
    expect(
      steadyAfter(
        samplesOf(5, () => 1),
        frames,
        1000,
        5000,
      ),
    ).toBe(1050);
  });

  it("is steady from the first calm second on, and never without one", () => {
    const shaken = samplesOf(
      5,
      () => 1,
      (ms) => (ms <= 1500 || ms === 4500 ? 150 : 20),
    );
    expect(steadyAfter(shaken, everyMs(50, 5000), 1000, 5000)).toBe(500);
    expect(steadyAfter(shaken, everyMs(50, 5000), 1000, 2400)).toBe(null);
  });

  it("is back when the rate of a second is", () => {
    const samples = samplesOf(10, (ms) => (ms < 6000 ? 1 : 8));
    expect(backAfter(samples, 8e6, 3000)).toBeGreaterThan(2700);
    expect(backAfter(samples, 8e6, 3000)).toBeLessThan(3100);
    expect(backAfter(samples, 20e6, 3000)).toBe(null);
  });
});
