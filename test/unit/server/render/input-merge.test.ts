/** Input that waits for the render thread: server/render/input-merge.ts. */

import { describe, expect, test } from "vitest";
import { InputQueue } from "../../../../server/render/input-merge.ts";
import type { QueuedInput } from "../../../../server/render/render-protocol.ts";
import type { InputEvent } from "../../../../shared/input.ts";
import { milliseconds } from "../../../../shared/time.ts";
import { doubleClickInput, keyInput, pointerInput, wheelInput } from "../../../support/input-samples.ts";

function inputs(): (event: InputEvent, viewerId?: string) => QueuedInput {
  let sequence = 0;
  return (event, viewerId = "ann") => {
    sequence += 1;
    return { viewerId, sequence, receivedAt: milliseconds(sequence), event };
  };
}

function fill(queue: InputQueue, events: readonly InputEvent[]): readonly QueuedInput[] {
  const input = inputs();
  for (const event of events) queue.push(input(event));
  return queue.drain();
}

describe("IM1: moves", () => {
  test("of one pointer merge into the last", () => {
    const merged = fill(new InputQueue(), [pointerInput("move", { x: 0.1 }), pointerInput("move", { x: 0.2 })]);
    expect(merged).toEqual([{ viewerId: "ann", sequence: 2, receivedAt: 2, event: pointerInput("move", { x: 0.2 }) }]);
  });

  test("of two fingers merge for each finger, in the order of the last ones", () => {
    const moves = [1, 2, 1, 2].map((pointerId, at) => pointerInput("move", { pointerId, x: at / 10 }));
    expect(fill(new InputQueue(), moves).map(({ event }) => event)).toEqual(moves.slice(2));
  });

  test("of two viewers stay apart", () => {
    const queue = new InputQueue();
    const input = inputs();
    for (const viewerId of ["ann", "bob", "ann"]) queue.push(input(pointerInput("move"), viewerId));
    expect(queue.drain().map(({ viewerId, sequence }) => [viewerId, sequence])).toEqual([
      ["bob", 2],
      ["ann", 3],
    ]);
  });

  test.each([
    ["a press", pointerInput("down")],
    ["a key", keyInput("down")],
    ["a wheel", wheelInput()],
    ["a move that presses a second button", pointerInput("move", { button: 2, buttons: 3 })],
  ])("do not merge across %s", (_, between) => {
    const events = [pointerInput("move", { x: 0.1 }), between, pointerInput("move", { x: 0.2 })];
    expect(fill(new InputQueue(), events).map(({ event }) => event)).toEqual(events);
  });
});

test("IM2: wheel events directly after one another add up", () => {
  const events = [wheelInput({ deltaY: 100, x: 0.1 }), wheelInput({ deltaX: 5, deltaY: 20, x: 0.2 })];
  expect(fill(new InputQueue(), events)).toEqual([
    { viewerId: "ann", sequence: 2, receivedAt: 2, event: wheelInput({ deltaX: 5, deltaY: 120, x: 0.2 }) },
  ]);
});

test("IM2: wheel events with other modifiers stay apart", () => {
  expect(fill(new InputQueue(), [wheelInput(), wheelInput({ modifiers: 2 })])).toHaveLength(2);
});

test("IM3: everything else stays, and stays in order", () => {
  const press = [pointerInput("down"), pointerInput("up")];
  const keys = [
    keyInput("down"),
    keyInput("down", { repeat: true }),
    keyInput("down", { repeat: true }),
    keyInput("up"),
  ];
  const presence = [pointerInput("enter"), pointerInput("leave"), pointerInput("cancel")];
  const events = [...press, ...press, doubleClickInput(), doubleClickInput(), ...keys, ...presence, ...keys];
  const queued = fill(new InputQueue(), events);
  expect(queued.map(({ event }) => event)).toEqual(events);
  expect(queued.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1));
});

describe("IM4: a full queue", () => {
  const press = [pointerInput("down"), pointerInput("up")];

  test("drops outdated moves first", () => {
    const moves = [0.1, 0.2, 0.3].map((x) => pointerInput("move", { x }));
    const events = moves.flatMap((move) => [move, ...press]);
    const left = fill(new InputQueue(8), events).map(({ event }) => event);
    expect(left).toEqual(events.slice(1));
  });

  test("then wheels and repeated keys", () => {
    const repeated = keyInput("down", { repeat: true });
    const left = fill(new InputQueue(2), [wheelInput(), repeated, ...press]).map(({ event }) => event);
    expect(left).toEqual(press);
  });

  test("never drops presses, releases, keys, or the last move", () => {
    const input = inputs();
    const queue = new InputQueue(4);
    queue.push(input(pointerInput("move", { x: 0.9 })));
    for (let at = 0; at < 50; at += 1) {
      for (const event of [...press, keyInput("down"), keyInput("up")]) queue.push(input(event, "bob"));
    }
    queue.push(input({ kind: "release" }, "bob"));
    const left = queue.drain();
    expect(left).toHaveLength(202);
    expect(left[0]?.event).toEqual(pointerInput("move", { x: 0.9 }));
  });

  test("keeps the last position of a hand whatever else happens", () => {
    const input = inputs();
    for (let seed = 1; seed <= 200; seed += 1) {
      const queue = new InputQueue(1 + (seed % 7));
      const last = new Map<number, number>();
      for (let at = 0; at < 60; at += 1) {
        const roll = (seed * 7919 + at * 104_729) % 11;
        const pointerId = roll % 3;
        if (roll < 8) last.set(pointerId, at);
        queue.push(input(roll < 8 ? pointerInput("move", { pointerId, x: at }) : wheelInput({ modifiers: roll % 2 })));
      }
      const seen = new Map<number, number>();
      for (const { event } of queue.drain()) if (event.kind === "pointer") seen.set(event.pointerId, event.x);
      expect(seen).toEqual(last);
    }
  });
});

test("drain empties the queue", () => {
  const queue = new InputQueue();
  queue.push(inputs()(keyInput("down")));
  expect(queue.length).toBe(1);
  queue.drain();
  expect([queue.length, queue.drain()]).toEqual([0, []]);
});
