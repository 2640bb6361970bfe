/** What is read from single delays: server/transport/congestion/arrival-jitter.ts and queue-delay.ts. */

import { describe, expect, it } from "vitest";
import { ArrivalJitter } from "../../../../../server/transport/congestion/arrival-jitter.ts";
import { QueueDelay } from "../../../../../server/transport/congestion/queue-delay.ts";

describe("jitter", () => {
  it("is what the delay differs by from burst to burst, and nothing on a way of constant delay", () => {
    const [calm, shaken] = [new ArrivalJitter(), new ArrivalJitter()];
    for (let frame = 0; frame < 200; frame += 1) {
      calm.add(frame * 33, frame * 33 + 40);
      shaken.add(frame * 33, frame * 33 + 40 + 20 * (frame % 2));
    }
    expect(calm.ms).toBe(0);
    expect(shaken.ms).toBeGreaterThan(19);
    expect(shaken.ms).toBeLessThan(20.1);
  });

  it("is not what packets of a burst wait for one another", () => {
    const jitter = new ArrivalJitter();
    for (let frame = 0; frame < 50; frame += 1) {
      for (let packet = 0; packet < 10; packet += 1) jitter.add(frame * 33 + packet, frame * 33 + 40 + packet * 3);
    }
    expect(jitter.ms).toBe(0);
  });
});

describe("a queue", () => {
  /** One packet each 5 ms from `from` on, each as late as `delayOf` its number says. */
  function arrive(queue: QueueDelay, from: number, ms: number, delayOf: (packet: number) => number): number {
    for (let packet = 0; packet * 5 < ms; packet += 1) {
      const sentAt = from + packet * 5;
      queue.add(sentAt, sentAt + delayOf(packet), 1200);
    }
    return queue.ms;
  }

  it("is what all packets are late by, against the shortest of the last seconds, whatever the clocks say (QD1)", () => {
    for (const offset of [0, -1_000_000, 1_000_000]) {
      const queue = new QueueDelay();
      expect(arrive(queue, 0, 3000, () => offset + 40)).toBe(0);
      expect(arrive(queue, 3000, 300, () => offset + 100)).toBe(60);
      expect(arrive(queue, 3300, 300, () => offset + 40)).toBe(0);
    }
  });

  it("is none any more where the way has been that long for 15 s, and still is one after 9 (QD1)", () => {
    const queue = new QueueDelay();
    arrive(queue, 0, 3000, () => 40);
    expect(arrive(queue, 3000, 9000, () => 100)).toBe(60);
    expect(arrive(queue, 12_000, 9000, () => 100)).toBe(0);
  });

  it("is only where every packet of the last tenth of a second was late (QD2)", () => {
    const queue = new QueueDelay();
    arrive(queue, 0, 1000, () => 40);
    expect(arrive(queue, 1000, 500, (packet) => (packet % 10 === 9 ? 40 : 60))).toBe(0);
    expect(arrive(queue, 1500, 60, () => 60)).toBe(0);
    expect(arrive(queue, 1560, 60, () => 60)).toBe(20);
  });

  it("is not told from less than 40 ms of packets (QD2)", () => {
    const queue = new QueueDelay();
    arrive(queue, 0, 1000, () => 40);
    expect(arrive(queue, 2000, 30, () => 140)).toBe(0);
  });
});

describe("a way that fills up (QD3)", () => {
  /** One packet each `everyMs`, of which the way carries one each `carriesMs`; the tenth is held up for `heldMs`. */
  function send(everyMs: number, carriesMs: number, heldMs: number): QueueDelay {
    const queue = new QueueDelay();
    let free = 0;
    for (let packet = 0; packet < 40; packet += 1) {
      free = Math.max(free, packet * everyMs) + carriesMs;
      if (packet === 10) free += heldMs;
      queue.add(packet * everyMs, free + 10, 1200);
    }
    return queue;
  }

  it("is known by packets that are later and later, and by what comes through meanwhile", () => {
    expect(send(1, 5, 0).filling(40)).toBeCloseTo((1200 * 8000) / 5, -4);
  });

  it("is not one that carries as much as is sent, nor one that only just does not", () => {
    expect(send(5, 5, 0).filling(40)).toBeNull();
    expect(send(4, 5, 0).filling(5)).toBeNull();
  });

  it("is not one on which a packet was held up, and those behind it", () => {
    expect(send(5, 1, 60).filling(40)).toBeNull();
    expect(send(1, 0, 60).filling(40)).toBeNull();
  });
});
