/** The estimate by itself, on a way whose delay and losses the test sets: congestion-control.ts, rules CC1 to CC6. */

import { beforeEach, describe, expect, test } from "vitest";
import { TransportWideCC } from "werift";
import { CongestionControl } from "../../../../../server/transport/congestion/congestion-control.ts";
import { SimulatedReceiver } from "../simulated-receiver.ts";

const BYTES = 1200;
const FEEDBACK_MS = 50;
const START = 1_700_000_000_000;
const MIN_BPS = 100_000;

/** Packets are sent a millisecond apart at least, and probes as they are asked for. */
class Way {
  readonly control = new CongestionControl();
  at = START;
  rateBps = 100_000_000;
  /** How long a packet of this number is on its way besides what it waits. */
  delayMs: (packet: number) => number = () => 20;
  isLost: (packet: number) => boolean = () => false;
  /** Whether the viewer's feedback does not come. */
  isDeaf = false;
  /** What is sent of the estimate, in bits a second at most. */
  sendBps = 2_000_000;
  readonly probes: number[] = [];
  readonly #receiver = new SimulatedReceiver(1);
  #flying: { readonly wide: number; readonly at: number }[] = [];
  #count = 0;
  #credit = 0;
  #freeAt = 0;

  run(ms: number): void {
    for (const end = this.at + ms; this.at < end; this.at += 1) this.#step();
  }

  get told(): number | null {
    return this.control.told(this.at);
  }

  #step(): void {
    this.control.noteDemand(this.at);
    const { probeBps } = this.control;
    if (probeBps !== null && this.probes.at(-1) !== this.at) this.probes.push(this.at);
    const wanted = Math.min(this.sendBps, this.control.paced(this.at) ?? this.sendBps);
    this.#credit = Math.min(this.#credit + Math.max(wanted, probeBps ?? 0) / 8000, 20_000);
    for (; this.#credit >= BYTES; this.#credit -= BYTES) this.#send();
    const arrived = this.#flying.filter(({ at }) => at <= this.at);
    this.#flying = this.#flying.filter(({ at }) => at > this.at);
    for (const { wide, at } of arrived) this.#receiver.take({ wide, sequence: wide, isNew: false }, at);
    if ((this.at - START) % FEEDBACK_MS !== 0 || this.isDeaf) return;
    for (const feedback of this.#receiver.feedback()) {
      if (feedback instanceof TransportWideCC) this.control.handleFeedback(feedback, this.at);
    }
  }

  #send(): void {
    this.#count += 1;
    const wide = this.control.noteSent(BYTES, this.at);
    this.#freeAt = Math.max(this.#freeAt, this.at) + (BYTES * 8000) / this.rateBps;
    if (!this.isLost(this.#count)) this.#flying.push({ wide, at: this.#freeAt + this.delayMs(this.#count) });
  }
}

let way: Way;

beforeEach(() => {
  way = new Way();
});

describe("the lower of what delay and losses allow (CC1)", () => {
  test("falls by losses alone", () => {
    way.run(3000);
    const before = way.told ?? 0;
    way.isLost = (packet) => packet % 3 === 0;
    way.run(3000);
    expect(way.control.isQueued).toBe(false);
    expect(way.told).toBeLessThan(0.6 * before);
  });

  test("falls by delay alone", () => {
    way.run(3000);
    way.rateBps = 500_000;
    way.run(3000);
    expect(way.control.loss).toBe(0);
    expect(way.told).toBeLessThan(600_000);
    expect(way.told).toBeGreaterThan(250_000);
  });

  test("is at least 100 kbit/s, however little is carried", () => {
    way.isLost = (packet) => packet % 10 !== 0;
    let least = Number.POSITIVE_INFINITY;
    for (let turn = 0; turn < 200; turn += 1) {
      way.run(50);
      least = Math.min(least, way.told ?? least);
    }
    expect(least).toBe(MIN_BPS);
  });
});

test("it is lower while a queue stands, by half at 280 ms, and as before once it is gone (CC2)", () => {
  way.run(5000);
  way.delayMs = () => 300;
  // Until all that arrived of late waited; what was sent before came all at once.
  way.run(1500);
  const queued = way.told ?? 0;
  expect(way.control.isQueued).toBe(true);
  way.delayMs = () => 20;
  way.run(500);
  expect(way.control.isQueued).toBe(false);
  expect((way.told ?? 0) / queued).toBeGreaterThan(1.9);
  expect((way.told ?? 0) / queued).toBeLessThan(2.2);
});

describe("when it is told (CC3)", () => {
  /** When it was told first, counted from the first feedback in which something arrived; in milliseconds. */
  function toldAfter(): number {
    way.run(60);
    for (const first = way.at; ; way.run(10)) {
      if (way.told !== null || way.at - first > 5000) return way.at - first;
    }
  }

  test("is at once where it is as much as is wanted", () => {
    way.control.setWanted(500_000);
    expect(toldAfter()).toBeLessThan(60);
  });

  test("is as soon as it is known to be less", () => {
    way.rateBps = 200_000;
    expect(toldAfter()).toBeLessThan(450);
    expect(way.told).toBeLessThan(300_000);
  });

  test("is half a second after the first feedback at the latest", () => {
    way.control.setWanted(90_000_000);
    way.rateBps = 3_000_000;
    way.sendBps = 200_000;
    const after = toldAfter();
    expect(after).toBeGreaterThan(400);
    expect(after).toBeLessThan(600);
  });
});

test("silence halves it each half second, and probes 200 ms later at the earliest find out what there is (CC4)", () => {
  const wantedBps = 12_000_000;
  way.control.setWanted(wantedBps / 1.5);
  way.run(8000);
  const before = way.told ?? 0;
  way.isDeaf = true;
  way.run(400);
  expect(way.told).toBe(before);
  const halvedAt: number[] = [];
  for (let known = before; way.at < START + 10_000; way.run(1)) {
    if ((way.told ?? 0) >= known) continue;
    expect((way.told ?? 0) / known).toBeCloseTo(0.5, 1);
    [known] = [way.told ?? 0];
    halvedAt.push(way.at);
  }
  expect(halvedAt.length).toBeGreaterThanOrEqual(2);
  const pauses = halvedAt.slice(1).map((at, index) => at - (halvedAt[index] ?? 0));
  for (const pause of pauses) expect(Math.abs(pause - 540)).toBeLessThan(60);
  const probes = way.probes.filter((at) => at > (halvedAt[0] ?? 0));
  expect(probes.length).toBeGreaterThan(0);
  for (const probe of probes) {
    const since = Math.max(...halvedAt.filter((at) => at <= probe));
    expect(probe - since).toBeGreaterThanOrEqual(199);
  }
  way.isDeaf = false;
  way.run(1500);
  expect(way.told).toBeGreaterThan(0.9 * wantedBps);
});

describe("packets that are late by chance (CC5)", () => {
  test("are no queue, however few they are", () => {
    way.run(5000);
    // One in 32 ms, up to 150 ms late, in no order that repeats soon.
    way.sendBps = 300_000;
    way.delayMs = (packet) => 20 + ((packet * 7919) % 151);
    way.run(2000);
    for (let turn = 0; turn < 200; turn += 1) {
      way.run(50);
      expect(way.control.isQueued).toBe(false);
    }
  });

  test("lower nothing where many come", () => {
    way.run(5000);
    const before = way.told ?? 0;
    way.delayMs = (packet) => 20 + ((Math.floor(packet / 4) * 7919) % 61);
    way.run(5000);
    expect(way.told).toBeGreaterThan(0.9 * before);
  });
});

test("a viewer that never gives feedback limits nothing, and is tried for nothing (CC6)", () => {
  way.isDeaf = true;
  way.run(1400);
  expect(way.control.paced(way.at)).not.toBeNull();
  way.run(200);
  expect([way.control.paced(way.at), way.told]).toEqual([null, null]);
  const probes = way.probes.length;
  way.run(20_000);
  expect([way.control.paced(way.at), way.told, way.probes.length]).toEqual([null, null, probes]);
});
