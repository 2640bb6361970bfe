/** When frames are drawn: on demand, under a ceiling, input at once, refined at rest. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FrameLoop } from "../../../../server/render/frame-loop.ts";

let draws: number[];
let refines: number;
let wantsNext: boolean;
let listens: boolean;
let refineSteps: number;
/** How long a step of refining takes, beside the time of the timers. */
let stepMs: number;
let workedMs: number;
let loop: FrameLoop;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "performance", "Date"] });
  [draws, refines, wantsNext, listens, refineSteps, stepMs, workedMs] = [[], 0, false, true, 0, 0, 0];
  const clock = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => clock() + workedMs);
  loop = new FrameLoop(50, {
    handleInputs: () => listens,
    draw: () => {
      draws.push(performance.now());
      return wantsNext;
    },
    refine: () => {
      refines += 1;
      refineSteps -= 1;
      workedMs += stepMs;
      return refineSteps > 0;
    },
  });
});

afterEach(() => {
  loop.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const steps = () => draws.slice(1).map((at, index) => Math.round(at - (draws[index] ?? 0)));

describe("frame loop", () => {
  it("draws nothing until somebody watches, then one fresh frame, then nothing", () => {
    loop.invalidate();
    vi.advanceTimersByTime(500);
    expect(draws).toHaveLength(0);
    loop.setWatched(true);
    vi.advanceTimersByTime(2000);
    expect(draws).toHaveLength(1);
  });

  it("draws an animated scene at the ceiling of its rate, no faster", () => {
    wantsNext = true;
    loop.setWatched(true);
    vi.advanceTimersByTime(2000);
    expect(draws.length).toBeGreaterThanOrEqual(99);
    expect(draws.length).toBeLessThanOrEqual(101);
    expect(Math.min(...steps())).toBeGreaterThanOrEqual(19);
  });

  it("draws an input at once, not at the next tick of an animated scene, and keeps the rate", () => {
    wantsNext = true;
    loop.setWatched(true);
    vi.advanceTimersByTime(1005);
    const before = draws.length;
    loop.inputArrived();
    vi.advanceTimersByTime(1);
    expect(draws.length).toBe(before + 1);
    vi.advanceTimersByTime(994);
    expect(draws.length).toBeLessThanOrEqual(101);
  });

  it("draws a stream of inputs no faster than the ceiling", () => {
    loop.setWatched(true);
    for (let at = 0; at < 1000; at += 4) {
      loop.inputArrived();
      vi.advanceTimersByTime(4);
    }
    expect(draws.length).toBeLessThanOrEqual(52);
    expect(draws.length).toBeGreaterThanOrEqual(48);
  });

  it("draws nothing for input that nobody listens to, and goes on refining", () => {
    loop.setWatched(true);
    vi.advanceTimersByTime(140);
    [listens, refineSteps] = [false, 3];
    loop.inputArrived();
    vi.advanceTimersByTime(200);
    expect(draws).toHaveLength(1);
    expect(refines).toBe(3);
  });

  it("refines a scene at rest step by step, and gives it up for a frame", () => {
    refineSteps = 1000;
    loop.setWatched(true);
    vi.advanceTimersByTime(149);
    expect(refines).toBe(0);
    vi.advanceTimersByTime(2);
    expect(refines).toBeGreaterThan(0);
    loop.invalidate();
    vi.advanceTimersByTime(1);
    const done = refines;
    vi.advanceTimersByTime(100);
    expect(draws).toHaveLength(2);
    expect(refines).toBe(done);
  });

  it("begins to refine so early that it is done when the scene rests", () => {
    loop.setWatched(true);
    stepMs = 20;
    refineSteps = 4;
    vi.advanceTimersByTime(200);
    expect(refines).toBe(4);
    loop.invalidate();
    vi.advanceTimersByTime(65);
    expect(refines).toBe(4);
    vi.advanceTimersByTime(10);
    expect(refines).toBe(5);
  });

  it("begins to refine no sooner than at rest where to begin early was in vain", () => {
    loop.setWatched(true);
    [stepMs, refineSteps] = [20, 4];
    vi.advanceTimersByTime(200);
    loop.invalidate();
    refineSteps = 1000;
    vi.advanceTimersByTime(80);
    const begun = refines;
    expect(begun).toBeGreaterThan(4);
    loop.invalidate();
    vi.advanceTimersByTime(140);
    expect(refines).toBe(begun);
    vi.advanceTimersByTime(15);
    expect(refines).toBeGreaterThan(begun);
  });

  it("draws and refines nothing once nobody watches", () => {
    wantsNext = true;
    loop.setWatched(true);
    vi.advanceTimersByTime(100);
    loop.setWatched(false);
    const done = draws.length;
    vi.advanceTimersByTime(1000);
    expect(draws.length).toBe(done);
    expect(refines).toBe(0);
  });
});
