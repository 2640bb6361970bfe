import { describe, expect, it } from "vitest";
import { LossModel } from "../../../support/lab/loss-model.ts";
import { randomOf } from "../../../support/lab/random.ts";
import { freeLink, type LinkSettings, type Packet, Shaper } from "../../../support/lab/shaper.ts";

type Numbered = Packet & { readonly number: number; readonly sentMs: number };

const flow = {};

function datagram(number: number, sentMs: number, bytes = 1000): Numbered {
  return { bytes, flow, isDatagram: true, number, sentMs };
}

/** Sends a packet of 1000 bytes each `everyMs` and gives all that arrived. */
function sendAll(settings: Partial<LinkSettings>, count: number, everyMs: number, seed = 1) {
  const shaper = new Shaper<Numbered>({ ...freeLink, ...settings }, seed, 0);
  const arrived: { readonly number: number; readonly tookMs: number; readonly atMs: number }[] = [];
  const take = (nowMs: number) => {
    for (const { packet, atMs } of shaper.take(nowMs)) {
      arrived.push({ number: packet.number, tookMs: atMs - packet.sentMs, atMs });
    }
  };
  for (let number = 0; number < count; number += 1) {
    take(number * everyMs);
    shaper.push(datagram(number, number * everyMs), number * everyMs);
  }
  take(count * everyMs + 60_000);
  return { arrived, shaper };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("a shaped link", () => {
  it("passes what comes as fast as its rate, and drops what comes to a full queue (LS1, LS2)", () => {
    // 8 Mbit/s come to 2 Mbit/s: of 4 packets 1 passes.
    const { arrived, shaper } = sendAll({ rateBps: 2_000_000, queueMs: 100 }, 4000, 1);
    const lastMs = arrived.at(-1)?.atMs ?? 0;
    expect((arrived.length * 8000) / lastMs).toBeCloseTo(2000, -1);
    expect(Math.max(...arrived.map(({ tookMs }) => tookMs))).toBeLessThanOrEqual(100 + 2 * 4);
    expect(shaper.counts.dropped).toBe(4000 - arrived.length);
    expect(shaper.counts.passedBytes).toBe(arrived.length * 1000);
  });

  it("delays a lone packet by its bits and the delay", () => {
    const { arrived } = sendAll({ rateBps: 1_000_000, delayMs: 40 }, 10, 100);
    expect(arrived).toHaveLength(10);
    for (const { tookMs } of arrived) expect(tookMs).toBeCloseTo(48);
  });

  it("lets everything through at once where there is no fault", () => {
    const { arrived } = sendAll({}, 10, 1);
    expect(arrived.map(({ tookMs }) => tookMs)).toEqual(Array(10).fill(0));
  });

  it("gives what is lost its part of the rate (LS3)", () => {
    const { arrived, shaper } = sendAll({ rateBps: 2_000_000, queueMs: 100, loss: 0.5 }, 8000, 1);
    expect(arrived.length + shaper.counts.lost + shaper.counts.dropped).toBe(8000);
    expect((arrived.length * 8000) / (arrived.at(-1)?.atMs ?? 0)).toBeGreaterThan(900);
    expect((arrived.length * 8000) / (arrived.at(-1)?.atMs ?? 0)).toBeLessThan(1100);
  });

  it("keeps the order under jitter, never before a packet was sent (LS4, LS5)", () => {
    const { arrived } = sendAll({ delayMs: 20, jitterMs: 30 }, 2000, 5);
    expect(arrived.map(({ number }) => number)).toEqual([...Array(2000).keys()]);
    expect(Math.min(...arrived.map(({ tookMs }) => tookMs))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...arrived.map(({ tookMs }) => tookMs))).toBeGreaterThan(60);
  });

  it("spreads the delay as it is asked to", () => {
    // So far apart that the order asks nothing.
    const took = (jitterShape: "normal" | "uniform") =>
      sendAll({ delayMs: 100, jitterMs: 20, jitterShape }, 4000, 500).arrived.map(({ tookMs }) => tookMs);
    for (const [shape, deviation] of [
      ["normal", 20],
      ["uniform", 20 / Math.sqrt(3)],
    ] as const) {
      const values = took(shape);
      expect(mean(values)).toBeCloseTo(100, -0.5);
      expect(Math.sqrt(mean(values.map((value) => (value - 100) ** 2)))).toBeGreaterThan(deviation * 0.94);
      expect(Math.sqrt(mean(values.map((value) => (value - 100) ** 2)))).toBeLessThan(deviation * 1.06);
    }
    expect(Math.max(...took("uniform"))).toBeLessThanOrEqual(120);
  });

  it("reorders as many as are asked for, and only these are out of order (LS5)", () => {
    const { arrived } = sendAll({ delayMs: 5, reorder: 0.05, reorderMs: 10 }, 4000, 2);
    const late = arrived.filter(({ tookMs }) => tookMs > 6);
    expect(arrived).toHaveLength(4000);
    expect(late.length / 4000).toBeGreaterThan(0.04);
    expect(late.length / 4000).toBeLessThan(0.06);
    const others = arrived.filter(({ tookMs }) => tookMs <= 6).map(({ number }) => number);
    expect(others).toEqual(others.toSorted((a, b) => a - b));
    expect(arrived.map(({ number }) => number)).not.toEqual([...Array(4000).keys()]);
  });

  it("has a lost piece of a TCP connection come later, and those behind it wait (LS6)", () => {
    const shaper = new Shaper<Numbered>({ ...freeLink, delayMs: 30, loss: 1 }, 1, 0);
    shaper.push({ ...datagram(0, 0), isDatagram: false }, 0);
    shaper.change({ loss: 0 }, 5);
    shaper.push({ ...datagram(1, 10), isDatagram: false }, 10);
    shaper.push({ ...datagram(2, 10), flow: {} }, 10);
    const arrived = shaper.take(1000).map(({ packet, atMs }) => [packet.number, atMs]);
    expect(arrived).toEqual([
      [2, 40],
      [0, 230],
      [1, 230],
    ]);
  });

  it("counts a change from its moment on, for what waits too (LS7)", () => {
    const shaper = new Shaper<Numbered>({ ...freeLink, rateBps: 800_000 }, 1, 0);
    shaper.change({ rateBps: 80_000 }, 5);
    shaper.push(datagram(0, 0), 0);
    // Half of it at the first rate in 5 ms, the rest at a tenth of that.
    expect(shaper.take(54)).toHaveLength(0);
    expect(shaper.take(60).map(({ atMs }) => atMs)).toEqual([55]);
  });

  it("stands still at a rate of 0 and goes on where it was (LS2)", () => {
    const shaper = new Shaper<Numbered>({ ...freeLink, rateBps: 800_000, queueMs: 100 }, 1, 0);
    shaper.push(datagram(0, 0), 0);
    shaper.change({ rateBps: 0 }, 4);
    shaper.change({ rateBps: 800_000 }, 2004);
    expect(shaper.take(2000)).toHaveLength(0);
    const taken = Array.from({ length: 20 }, (_, at) => shaper.push(datagram(at + 1, 2000), 2000));
    expect(taken.filter((isTaken) => isTaken)).toHaveLength(10);
    expect(shaper.take(2010).map(({ packet, atMs }) => [packet.number, atMs])).toEqual([[0, 2010]]);
  });

  it("says when it wants to be looked at again", () => {
    const shaper = new Shaper<Numbered>({ ...freeLink, rateBps: 800_000, delayMs: 20 }, 1, 0);
    expect(shaper.nextMs).toBe(null);
    shaper.push(datagram(0, 0), 0);
    expect(shaper.nextMs).toBe(10);
    expect(shaper.take(10)).toHaveLength(0);
    expect(shaper.nextMs).toBe(30);
    expect(shaper.take(30)).toHaveLength(1);
    expect(shaper.nextMs).toBe(null);
  });

  it("has the same fate for the same packets by the same seed, and another by another", () => {
    const bad = { rateBps: 3_000_000, delayMs: 20, jitterMs: 8, loss: 0.05, burst: 3, reorder: 0.02 };
    const of = (seed: number) => sendAll(bad, 1000, 3, seed).arrived;
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
  });
});

describe("loss", () => {
  const runs = (burst: number | null, loss: number) => {
    const model = new LossModel(randomOf(5));
    const lost = Array.from({ length: 200_000 }, () => model.loses(loss, burst));
    const bursts = lost.filter((isLost, at) => isLost && !lost[at - 1]).length;
    const count = lost.filter((isLost) => isLost).length;
    return { part: count / lost.length, length: count / bursts };
  };

  it.each([0.01, 0.05, 0.3])("is as frequent as is asked for, one by one: %d", (loss) => {
    const { part, length } = runs(null, loss);
    expect(Math.abs(part / loss - 1)).toBeLessThan(0.05);
    expect(Math.abs(length * (1 - loss) - 1)).toBeLessThan(0.05);
  });

  it.each([
    [0.02, 3],
    [0.05, 8],
  ])("comes in bursts, %d of the packets, %d in a row", (loss, burst) => {
    const { part, length } = runs(burst, loss);
    expect(Math.abs(part / loss - 1)).toBeLessThan(0.1);
    expect(Math.abs(length / burst - 1)).toBeLessThan(0.1);
  });

  it("takes everything or nothing at the ends", () => {
    expect(runs(3, 1).part).toBe(1);
    expect(runs(3, 0).part).toBe(0);
  });
});

describe("chance", () => {
  it("is even", () => {
    const random = randomOf(42);
    const values = Array.from({ length: 100_000 }, random);
    expect(mean(values)).toBeCloseTo(0.5, 2);
    expect(mean(values.map((value) => (value - 0.5) ** 2))).toBeCloseTo(1 / 12, 3);
  });
});
