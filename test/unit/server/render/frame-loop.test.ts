/** When frames are drawn: on demand, under a ceiling, input at once, refined at rest. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SteppedClock } from "../../../../server/platform/stepped-clock.ts";
import { FrameLoop } from "../../../../server/render/frame-loop.ts";

let draws: number[];
let refines: number;
let wantsNext: boolean;
let listens: boolean;
/** Whether frames look other than the one before. */
let isNew: boolean;
/** How long drawing takes. */
let drawMs: number;
/** How many steps of refining were done when input was handled last. */
let heardAfter: number;
let refineSteps: number;
/** How long a step of refining takes. */
let stepMs: number;
let clock: SteppedClock;
let loop: FrameLoop;

beforeEach(() => {
  [draws, refines, wantsNext, listens, refineSteps, stepMs, heardAfter] = [[], 0, false, true, 0, 0, -1];
  [isNew, drawMs] = [true, 0];
  clock = new SteppedClock();
  loop = new FrameLoop(
    50,
    {
      handleInputs: () => {
        heardAfter = refines;
        return listens;
      },
      draw: async () => {
        draws.push(clock.now());
        clock.work(drawMs);
        return { wantsNext, isNew };
      },
      refine: async () => {
        refines += 1;
        refineSteps -= 1;
        clock.work(stepMs);
        return refineSteps > 0;
      },
    },
    clock,
  );
});

afterEach(() => loop.close());

const steps = () => draws.slice(1).map((at, index) => Math.round(at - (draws[index] ?? 0)));

describe("frame loop", () => {
  it("draws nothing until somebody watches, then one fresh frame, then nothing", async () => {
    loop.invalidate();
    await clock.pass(500);
    expect(draws).toHaveLength(0);
    loop.setWatched(true);
    await clock.pass(2000);
    expect(draws).toHaveLength(1);
  });

  it("draws an animated scene at the ceiling of its rate, no faster", async () => {
    wantsNext = true;
    loop.setWatched(true);
    await clock.pass(2000);
    expect(draws.length).toBeGreaterThanOrEqual(99);
    expect(draws.length).toBeLessThanOrEqual(101);
    expect(Math.min(...steps())).toBeGreaterThanOrEqual(19);
  });

  it("draws an input at once, not at the next tick of an animated scene, and keeps the rate", async () => {
    wantsNext = true;
    loop.setWatched(true);
    await clock.pass(1005);
    const before = draws.length;
    loop.inputArrived();
    await clock.pass(1);
    expect(draws.length).toBe(before + 1);
    await clock.pass(994);
    expect(draws.length).toBeLessThanOrEqual(101);
  });

  it("draws a stream of inputs no faster than the ceiling", async () => {
    loop.setWatched(true);
    for (let at = 0; at < 1000; at += 4) {
      loop.inputArrived();
      await clock.pass(4);
    }
    expect(draws.length).toBeLessThanOrEqual(52);
    expect(draws.length).toBeGreaterThanOrEqual(48);
  });

  it("draws nothing for input that nobody listens to, and goes on refining", async () => {
    loop.setWatched(true);
    await clock.pass(140);
    [listens, refineSteps] = [false, 3];
    loop.inputArrived();
    await clock.pass(200);
    expect(draws).toHaveLength(1);
    expect(refines).toBe(3);
  });

  it("refines a scene at rest step by step, and gives it up for a frame", async () => {
    refineSteps = 1000;
    loop.setWatched(true);
    await clock.pass(149);
    expect(refines).toBe(0);
    await clock.pass(2);
    expect(refines).toBeGreaterThan(0);
    loop.invalidate();
    await clock.pass(1);
    const done = refines;
    await clock.pass(100);
    expect(draws).toHaveLength(2);
    expect(refines).toBe(done);
  });

  it("begins to refine so early that it is done when the scene rests", async () => {
    loop.setWatched(true);
    stepMs = 20;
    refineSteps = 4;
    await clock.pass(240);
    expect(refines).toBe(4);
    loop.invalidate();
    await clock.pass(65);
    expect(refines).toBe(4);
    await clock.pass(10);
    expect(refines).toBe(5);
  });

  it("begins to refine no sooner than at rest where to begin early was in vain", async () => {
    loop.setWatched(true);
    [stepMs, refineSteps] = [20, 4];
    await clock.pass(240);
    loop.invalidate();
    refineSteps = 1000;
    await clock.pass(80);
    const begun = refines;
    expect(begun).toBeGreaterThan(4);
    loop.invalidate();
    await clock.pass(140);
    expect(refines).toBe(begun);
    await clock.pass(15);
    expect(refines).toBeGreaterThan(begun);
  });

  it("handles input before the next step of refining, also where nobody listens to it (FL2)", async () => {
    loop.setWatched(true);
    [stepMs, refineSteps, listens] = [20, 1000, false];
    await clock.pass(175);
    const done = refines;
    loop.inputArrived();
    await clock.pass(30);
    expect(heardAfter).toBe(done);
    expect(refines).toBeGreaterThan(done);
    listens = true;
    const before = refines;
    loop.inputArrived();
    await clock.pass(100);
    expect([draws.length, refines]).toEqual([2, before]);
  });

  it("does one thing at a time: what comes while a drawing is awaited waits for its end (FL1)", async () => {
    const running: string[] = [];
    let together = 0;
    const work = (name: string, ms: number) =>
      new Promise<boolean>((resolve) => {
        running.push(name);
        together = Math.max(together, running.length);
        clock.after(ms, () => {
          running.splice(running.indexOf(name), 1);
          draws.push(clock.now());
          resolve(false);
        });
      });
    const slow = new FrameLoop(
      50,
      {
        handleInputs: () => listens,
        draw: async () => ({ wantsNext: await work("draw", 70), isNew: true }),
        refine: () => work("refine", 70),
      },
      clock,
    );
    slow.setWatched(true);
    for (let at = 0; at < 400; at += 10) {
      slow.inputArrived();
      await clock.pass(10);
    }
    await clock.pass(250);
    slow.inputArrived();
    await clock.pass(300);
    slow.close();
    expect(together).toBe(1);
    expect(draws.length).toBeGreaterThanOrEqual(8);
  });

  it("refines between the frames of a scene that is drawn all the time and looks the same (FL3)", async () => {
    [wantsNext, refineSteps] = [true, 4];
    loop.setWatched(true);
    await clock.pass(1000);
    expect(refines).toBe(0);
    isNew = false;
    await clock.pass(100);
    expect(refines).toBe(0);
    await clock.pass(900);
    expect(refines).toBe(4);
    expect(draws.length).toBeGreaterThanOrEqual(98);
    [isNew, refineSteps] = [true, 4];
    await clock.pass(100);
    isNew = false;
    await clock.pass(500);
    expect(refines).toBe(8);
  });

  it("refines also where drawing takes longer than the interval between frames (FL3)", async () => {
    [wantsNext, refineSteps, drawMs, isNew] = [true, 4, 30, true];
    loop.setWatched(true);
    await clock.pass(500);
    isNew = false;
    await clock.pass(1000);
    expect(refines).toBe(4);
  });

  it("draws and refines nothing once nobody watches", async () => {
    wantsNext = true;
    loop.setWatched(true);
    await clock.pass(100);
    loop.setWatched(false);
    const done = draws.length;
    await clock.pass(1000);
    expect(draws.length).toBe(done);
    expect(refines).toBe(0);
  });
});
