import { expect, test } from "vitest";
import type { EncodeTarget } from "../../../../../server/encode/video/encode-protocol.ts";
import {
  allowedBitrate,
  type LadderInput,
  QualityLadder,
} from "../../../../../server/pipeline/quality/quality-ladder.ts";

const size = { width: 1280, height: 720 };
const limits = { size, maxFps: 60, bitrateBps: 8_000_000, minBitrateBps: 150_000 };

/** A scene that could use `demand` bits for a pixel, an encoder that keeps to its target, and a way. */
class Simulation {
  readonly targets: EncodeTarget[] = [];
  readonly #ladder: QualityLadder;
  readonly #fixed: Partial<LadderInput>;
  #made: LadderInput["made"] = null;
  #at = 0;
  demand = 0.2;

  constructor(fixed: Partial<LadderInput> = {}, ofLimits: typeof limits = limits) {
    this.#ladder = new QualityLadder(ofLimits);
    this.#fixed = fixed;
  }

  get now(): EncodeTarget {
    return this.targets.at(-1) ?? { bitrateBps: 0, size: { width: 0, height: 0 }, maxFps: 0 };
  }

  /** How often the size or the frame rate changed. */
  get changes(): number {
    const forms = this.targets.map(({ size: { width }, maxFps }) => `${width} ${maxFps}`);
    return forms.filter((form, index) => index > 0 && form !== forms[index - 1]).length;
  }

  resize(to: typeof size): void {
    this.#ladder.resize(to);
  }

  run(ms: number, carriesBps: number | null, changed: Partial<LadderInput> = {}): EncodeTarget {
    for (let passed = 0; passed < ms; passed += 250) {
      const allowedBps = allowedBitrate(limits, carriesBps, null);
      const base = {
        at: this.#at,
        allowedBps,
        isKnown: carriesBps !== null,
        pageShare: 1,
        shown: null,
        preference: "auto",
        made: this.#made,
      } as const;
      this.targets.push(this.#ladder.decide({ ...base, ...this.#fixed, ...changed }));
      this.#at += 250;
      const { bitrateBps, size: coded, maxFps } = this.now;
      const wanted = this.demand * coded.width * coded.height * maxFps;
      this.#made = { bitsPerSecond: Math.min(wanted, 0.97 * bitrateBps), drawnFps: 60 };
    }
    return this.now;
  }
}

test("the bit rate is nine tenths of what the way carries, between the floor and the ceiling (QL1)", () => {
  expect([null, 1e9, 2e6, 1e4].map((bps) => allowedBitrate(limits, bps, null))).toEqual([8e6, 8e6, 1.8e6, 150_000]);
  expect(allowedBitrate(limits, null, 500_000)).toBe(500_000);
  expect(allowedBitrate(limits, 1e4, 100_000)).toBe(100_000);
});

test("the bit rate falls at once and rises by a quarter in a quarter of a second, faster far below the ceiling (QL1)", () => {
  const simulation = new Simulation();
  simulation.demand = 0.001;
  expect(simulation.run(250, 8e6).bitrateBps).toBe(7.2e6);
  expect(simulation.run(250, 1e6).bitrateBps).toBe(900_000);
  expect(simulation.run(250, 8e6).bitrateBps).toBe(1_440_000);
  expect(simulation.run(250, 5e6).bitrateBps).toBe(2_304_000);
  expect(simulation.run(500, 5e6).bitrateBps).toBe(4_500_000);
  expect(simulation.run(250, 8e6).bitrateBps).toBe(5_625_000);
});

test("a way of which nothing is known is tried with little first, and for all of it within a second and a half (QL8)", () => {
  const simulation = new Simulation();
  expect(simulation.run(250, null)).toEqual({ bitrateBps: 2_500_000, size, maxFps: 60 });
  expect(simulation.run(1250, null)).toEqual({ bitrateBps: 8_000_000, size, maxFps: 60 });
  expect(simulation.changes).toBe(0);
});

test("a slow page gets fewer pixels a second at once, whatever the way carries, and more as it takes more (QL10)", () => {
  const simulation = new Simulation();
  simulation.run(2000, null);
  const slow = simulation.run(250, null, { pageShare: 0.3 });
  expect(slow).toEqual({ bitrateBps: 8e6, size: { width: size.width / 2, height: size.height / 2 }, maxFps: 60 });
  expect(simulation.run(10_000, null, { pageShare: 0.5 })).toEqual(slow);
  expect(simulation.run(10_000, null, { pageShare: 0.01 }).maxFps).toBe(10);
  expect(simulation.run(10_000, null, { pageShare: 1 }).size).toEqual(size);
});

test("where the way is no limit all pixels and frames are sent, whatever the scene could use (QL7)", () => {
  const large = { ...limits, size: { width: 3840, height: 2160 } };
  const simulation = new Simulation({}, large);
  expect(simulation.run(10_000, null)).toEqual({ bitrateBps: 8e6, size: large.size, maxFps: 60 });
  expect(simulation.changes).toBe(0);
});

test("a scene that needs few bits keeps its size and frame rate on a slow way (QL3)", () => {
  const simulation = new Simulation();
  simulation.demand = 0.005;
  expect(simulation.run(10_000, 500_000)).toMatchObject({ size, maxFps: 60 });
});

test.each([
  ["auto", 5e6, 1280, 60],
  ["auto", 3e6, 960, 60],
  ["auto", 2e6, 640, 60],
  ["auto", 1e6, 640, 30],
  ["auto", 5e5, 480, 30],
  ["fluid", 1e6, 480, 60],
  ["sharp", 2e6, 1280, 20],
  ["sharp", 1e6, 960, 15],
] as const)("%s gives at %d bits a second pictures %d wide, %d a second (QL2)", (preference, bps, width, maxFps) => {
  const simulation = new Simulation({ preference });
  const { size: coded, maxFps: fps } = simulation.run(10_000, bps);
  expect([coded.width, fps]).toEqual([width, maxFps]);
  expect(simulation.changes).toBeLessThanOrEqual(1);
});

test("on a sharp fall it goes down in one step at once, on a small one after half a second (QL3)", () => {
  const simulation = new Simulation();
  simulation.run(5000, null);
  expect(simulation.run(250, 5e5)).toMatchObject({ maxFps: 30, size: { width: 480, height: 270 } });
  const gentle = new Simulation();
  gentle.run(5000, 5.2e6);
  expect(gentle.run(250, 4.7e6).size).toEqual(size);
  expect(gentle.run(500, 4.7e6).size).toEqual({ width: 960, height: 540 });
});

test("an encoder that cannot do with its bits gets fewer pixels, though these should be enough (QL3)", () => {
  const simulation = new Simulation();
  simulation.run(5000, 7e6);
  const made = { bitsPerSecond: 12e6, drawnFps: 60 };
  expect(simulation.run(3750, 7e6, { made }).size).toEqual(size);
  expect(simulation.run(750, 7e6, { made }).size).toEqual({ width: 640, height: 360 });
  expect(simulation.run(25_000, 7e6).size).toEqual({ width: 640, height: 360 });
  expect(simulation.run(10_000, 7e6).size).toEqual(size);
});

test("after a step down and up again it is back at the top within eight seconds (QL4)", () => {
  const simulation = new Simulation();
  simulation.run(5000, null);
  simulation.run(10_000, 1e6);
  expect(simulation.now.size.width).toBe(640);
  expect(simulation.run(8000, null)).toEqual({ bitrateBps: 8e6, size, maxFps: 60 });
  expect(simulation.changes).toBeLessThanOrEqual(3);
});

test("it stays down while a way swings about what the next rung needs (QL4, QL5)", () => {
  const simulation = new Simulation();
  for (let turn = 0; turn < 100; turn += 1) simulation.run(1200, turn % 2 === 0 ? 2.5e6 : 3.8e6);
  expect(simulation.changes).toBeLessThanOrEqual(3);
});

test("a way that falls again and again after it rose is believed less and less (QL5)", () => {
  const simulation = new Simulation();
  for (let turn = 0; turn < 30; turn += 1) simulation.run(4000, turn % 2 === 0 ? 1e6 : 6e6);
  expect(simulation.changes).toBeLessThanOrEqual(14);
});

test("a scene at rest changes nothing", () => {
  const simulation = new Simulation();
  simulation.run(5000, 1e6);
  const before = simulation.now;
  expect(simulation.run(20_000, 1e6, { made: null })).toBe(before);
});

test("no more is sent than the screen shows, by steps; a larger screen counts at once (QL6)", () => {
  const small = { shown: { width: 600, height: 330 } };
  expect(new Simulation(small).run(250, null).size).toEqual({ width: 640, height: 360 });
  const simulation = new Simulation();
  simulation.run(5000, null);
  expect(simulation.run(750, null, small).size).toEqual(size);
  expect(simulation.run(750, null, small).size).toEqual({ width: 640, height: 360 });
  expect(simulation.run(250, null, { shown: { width: 670, height: 377 } }).size).toEqual({ width: 640, height: 360 });
  expect(simulation.run(250, null, { shown: { width: 1920, height: 1080 } }).size).toEqual(size);
});

test("sizes are even, and no side becomes smaller than a picture can be seen in", () => {
  const odd = { ...limits, size: { width: 402, height: 226 }, minBitrateBps: 100_000, bitrateBps: 8_000_000 };
  const simulation = new Simulation({}, odd);
  const { size: coded } = simulation.run(10_000, 100_000);
  expect([coded.width % 2, coded.height % 2]).toEqual([0, 0]);
  expect(coded.height).toBeGreaterThanOrEqual(96);
});

test("where the scene gets another size a stream keeps its bit rate and its part of each side (QL9)", () => {
  const simulation = new Simulation();
  simulation.run(10_000, 2.2e6);
  const before = simulation.now;
  expect(before.size.width).toBeLessThan(1280);
  const step = before.size.width / 1280;
  const portrait = { width: 652, height: 1412 };
  simulation.resize(portrait);
  const after = simulation.run(250, 2.2e6);
  expect([after.bitrateBps, after.maxFps, after.of]).toEqual([before.bitrateBps, before.maxFps, portrait]);
  expect(after.size.width / 652).toBeCloseTo(step, 2);
  expect(after.size.height / 1412).toBeCloseTo(step, 2);
});
