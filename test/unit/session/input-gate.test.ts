/** The way of a viewer's events into its session: server/session/input-gate.ts, rules IN1 to IN4 of shared/input.ts. */

import { describe, expect, test } from "vitest";
import { InputGate } from "../../../server/session/input-gate.ts";
import type { InputEvent, InputMessage } from "../../../shared/input.ts";
import { milliseconds } from "../../../shared/time.ts";
import { keyInput, pointerInput, wheelInput } from "../input-samples.ts";

function message(sequence: number, ordered: number, event: InputEvent): InputMessage {
  return { sequence, ordered, event };
}

function move(sequence: number, ordered: number, pointerId = 1): InputMessage {
  return message(sequence, ordered, pointerInput("move", { pointerId, x: sequence / 100 }));
}

function newGate(options: { perSecond?: number; burst?: number; clock?: () => number } = {}): InputGate {
  const { clock = () => 0, ...limits } = options;
  return new InputGate({ clock: () => milliseconds(clock()), ...limits });
}

const sequences = (passed: readonly { readonly sequence: number }[]): number[] =>
  passed.map(({ sequence }) => sequence);

describe("IN2: a move belongs to its gap", () => {
  test("one in the open gap passes", () => {
    expect(newGate().accept(move(1, 0), "pointer")).toEqual([{ sequence: 1, event: move(1, 0).event }]);
  });

  test("one whose gap is over is dropped", () => {
    const gate = newGate();
    gate.accept(message(2, 0, pointerInput("down")), "control");
    expect(gate.accept(move(1, 0), "pointer")).toEqual([]);
  });

  test("one whose gap has not begun waits for the event that begins it", () => {
    const gate = newGate();
    expect(gate.accept(move(3, 1), "pointer")).toEqual([]);
    expect(gate.accept(move(2, 1), "pointer")).toEqual([]);
    const passed = gate.accept(message(1, 0, pointerInput("down")), "control");
    expect(sequences(passed)).toEqual([1, 2, 3]);
  });

  test("moves of two later gaps wait each for its own", () => {
    const gate = newGate();
    gate.accept(move(4, 2), "pointer");
    gate.accept(move(2, 1), "pointer");
    expect(sequences(gate.accept(message(1, 0, pointerInput("down")), "control"))).toEqual([1, 2]);
    expect(sequences(gate.accept(message(3, 1, pointerInput("up")), "control"))).toEqual([3, 4]);
  });

  test("a move that presses a second button counts as an ordered event", () => {
    const gate = newGate();
    const chord = pointerInput("move", { button: 2, buttons: 3 });
    gate.accept(message(1, 0, pointerInput("down")), "control");
    expect(sequences(gate.accept(message(2, 1, chord), "control"))).toEqual([2]);
    expect(sequences(gate.accept(move(3, 2), "pointer"))).toEqual([3]);
  });

  test("moves far ahead take bounded room", () => {
    const gate = newGate();
    for (let sequence = 2; sequence < 10_000; sequence += 1) gate.accept(move(sequence, 1), "pointer");
    const passed = gate.accept(message(1, 0, pointerInput("down")), "control");
    expect(passed.length).toBeLessThanOrEqual(65);
  });
});

describe("IN3: the move with the highest sequence wins", () => {
  test("an older or repeated move of the same pointer is dropped", () => {
    const gate = newGate();
    gate.accept(move(5, 0), "pointer");
    expect([gate.accept(move(4, 0), "pointer"), gate.accept(move(5, 0), "pointer")]).toEqual([[], []]);
  });

  test("one finger does not outdo another", () => {
    const gate = newGate();
    gate.accept(move(2, 0, 7), "pointer");
    expect(sequences(gate.accept(move(1, 0, 8), "pointer"))).toEqual([1]);
  });
});

describe("IN4: the last move of a gap, repeated on the ordered channel", () => {
  test("passes if the first one was lost", () => {
    expect(sequences(newGate().accept(move(3, 0), "control"))).toEqual([3]);
  });

  test("is dropped if the first one came, before or after", () => {
    const gate = newGate();
    gate.accept(move(3, 0), "pointer");
    expect(gate.accept(move(3, 0), "control")).toEqual([]);
    gate.accept(move(4, 0), "control");
    expect(gate.accept(move(4, 0), "pointer")).toEqual([]);
  });

  test("does not count as an ordered event", () => {
    const gate = newGate();
    gate.accept(move(1, 0), "control");
    expect(sequences(gate.accept(message(2, 0, pointerInput("down")), "control"))).toEqual([2]);
    expect(sequences(gate.accept(move(3, 1), "pointer"))).toEqual([3]);
  });
});

test("an ordered event on the channel that reorders is dropped", () => {
  expect(newGate().accept(message(1, 0, keyInput("down")), "pointer")).toEqual([]);
});

test("IN1: an ordered event whose sequence or place goes back is dropped", () => {
  const gate = newGate();
  gate.accept(message(5, 0, keyInput("down")), "control");
  expect(gate.accept(message(5, 1, keyInput("up")), "control")).toEqual([]);
  expect(gate.accept(message(6, 0, keyInput("up")), "control")).toEqual([]);
});

describe("what is held", () => {
  test("is let go where it was last when the viewer vanishes", () => {
    const gate = newGate();
    gate.accept(message(1, 0, pointerInput("down", { pointerType: "touch", pointerId: 9 })), "control");
    gate.accept(message(2, 1, pointerInput("move", { pointerId: 9, x: 0.7, buttons: 1 })), "pointer");
    gate.accept(message(3, 1, keyInput("down", { code: "KeyW", key: "w" })), "control");
    expect(gate.release()).toMatchObject([
      { kind: "pointer", phase: "cancel", pointerId: 9, x: 0.7, buttons: 0 },
      { kind: "key", phase: "up", code: "KeyW" },
    ]);
    expect(gate.release()).toEqual([]);
  });

  test("is let go when the viewer says release, under the sequence of that event", () => {
    const gate = newGate();
    gate.accept(message(1, 0, pointerInput("down")), "control");
    expect(gate.accept(message(2, 1, { kind: "release" }), "control")).toMatchObject([
      { sequence: 2, event: { kind: "pointer", phase: "cancel" } },
      { sequence: 2, event: { kind: "release" } },
    ]);
  });

  test("does not include what was released, nor a hand that only hovers", () => {
    const gate = newGate();
    const events = [
      pointerInput("enter"),
      pointerInput("down"),
      pointerInput("up"),
      keyInput("down"),
      keyInput("up"),
      wheelInput(),
    ];
    for (const [at, event] of events.entries()) gate.accept(message(at + 1, at, event), "control");
    gate.accept(move(7, 6), "pointer");
    expect(gate.release()).toEqual([]);
  });
});

describe("the rate", () => {
  test("is bounded, and the bucket fills again with time", () => {
    let time = 0;
    const gate = newGate({ perSecond: 10, burst: 5, clock: () => time });
    const send = (from: number): number =>
      Array.from({ length: 20 }, (_, at) => gate.accept(move(from + at, 0), "pointer")).flat().length;
    expect(send(1)).toBe(5);
    time = 300;
    expect(send(100)).toBe(3);
  });

  test("never holds back what ends a press", () => {
    const gate = newGate({ perSecond: 1, burst: 2 });
    gate.accept(message(1, 0, pointerInput("down")), "control");
    gate.accept(message(2, 1, keyInput("down")), "control");
    expect(gate.accept(message(3, 2, wheelInput()), "control")).toEqual([]);
    expect(sequences(gate.accept(message(4, 3, pointerInput("up")), "control"))).toEqual([4]);
    expect(sequences(gate.accept(message(5, 4, { kind: "release" }), "control"))).toEqual([5, 5]);
    expect(gate.accept(message(6, 5, pointerInput("up")), "control")).toEqual([]);
  });
});
