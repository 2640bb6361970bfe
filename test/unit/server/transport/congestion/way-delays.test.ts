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
