/** The way of a viewer's events into its session: server/session/input-gate.ts, rules IN1 to IN5 of shared/input.ts. */

import { describe, expect, test } from "vitest";
import { InputGate } from "../../../../../server/pipeline/input/input-gate.ts";
import type { InputEvent, InputMessage } from "../../../../../shared/input.ts";
import { milliseconds } from "../../../../../shared/time.ts";
import { keyInput, pointerInput, wheelInput } from "../../../../support/input-samples.ts";

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
    expect(newGate().accept(move(1, 0))).toEqual([{ sequence: 1, event: move(1, 0).event }]);
  });

  test("one whose gap is over is dropped", () => {
    const gate = newGate();
    gate.accept(message(2, 0, pointerInput("down")));
    expect(gate.accept(move(1, 0))).toEqual([]);
  });

  test("one whose gap has not begun waits for the event that begins it", () => {
    const gate = newGate();
    expect(gate.accept(move(3, 1))).toEqual([]);
    expect(gate.accept(move(2, 1))).toEqual([]);
    const passed = gate.accept(message(1, 0, pointerInput("down")));
    expect(sequences(passed)).toEqual([1, 2, 3]);
  });

  test("moves of two later gaps wait each for its own", () => {
    const gate = newGate();
    gate.accept(move(4, 2));
    gate.accept(move(2, 1));
    expect(sequences(gate.accept(message(1, 0, pointerInput("down"))))).toEqual([1, 2]);
    expect(sequences(gate.accept(message(3, 1, pointerInput("up"))))).toEqual([3, 4]);
  });

  test("a move that presses a second button counts as an ordered event", () => {
    const gate = newGate();
    const chord = pointerInput("move", { button: 2, buttons: 3 });
    gate.accept(message(1, 0, pointerInput("down")));
    expect(sequences(gate.accept(message(2, 1, chord)))).toEqual([2]);
    expect(sequences(gate.accept(move(3, 2)))).toEqual([3]);
  });

  test("moves far ahead take bounded room", () => {
    const gate = newGate();
    for (let sequence = 2; sequence < 10_000; sequence += 1) gate.accept(move(sequence, 1));
    const passed = gate.accept(message(1, 0, pointerInput("down")));
    expect(passed.length).toBeLessThanOrEqual(65);
  });
});

describe("IN3: the move with the highest sequence wins", () => {
  test("an older or repeated move of the same pointer is dropped", () => {
    const gate = newGate();
    gate.accept(move(5, 0));
    expect([gate.accept(move(4, 0)), gate.accept(move(5, 0))]).toEqual([[], []]);
  });

  test("one finger does not outdo another", () => {
    const gate = newGate();
    gate.accept(move(2, 0, 7));
    expect(sequences(gate.accept(move(1, 0, 8)))).toEqual([1]);
  });
});

describe("IN4: the last move of a gap, repeated on the ordered channel", () => {
  test("passes if the first one was lost", () => {
    expect(sequences(newGate().accept(move(3, 0)))).toEqual([3]);
  });

  test("is dropped if the first one came, before or after", () => {
    const gate = newGate();
    gate.accept(move(3, 0));
    expect(gate.accept(move(3, 0))).toEqual([]);
    gate.accept(move(4, 0));
    expect(gate.accept(move(4, 0))).toEqual([]);
  });

  test("does not count as an ordered event", () => {
    const gate = newGate();
    gate.accept(move(1, 0));
    expect(sequences(gate.accept(message(2, 0, pointerInput("down"))))).toEqual([2]);
    expect(sequences(gate.accept(move(3, 1)))).toEqual([3]);
  });
});

describe("IN5: events that come by two ways", () => {
  test("are each passed once, in order, whichever way was faster", () => {
    const gate = newGate();
    const events = [0, 1, 2, 3].map((at) => message(at + 1, at, keyInput(at % 2 === 0 ? "down" : "up")));
    const arrivals = [0, 2, 3, 2, 0, 1, 1, 3];
    const passed = arrivals.map((at) => sequences(gate.accept(events[at] ?? move(0, 0))));
    expect(passed).toEqual([[1], [], [], [], [], [2, 3, 4], [], []]);
    expect(gate.received).toBe(4);
  });

  test("wait for those before them a second at most, then go without", () => {
    let time = 0;
    const gate = newGate({ clock: () => time });
    gate.accept(message(5, 2, keyInput("down")));
    gate.accept(move(6, 3));
    expect([gate.isWaiting, gate.received]).toEqual([true, 0]);
    time = 999;
    expect(gate.passOverdue()).toEqual([]);
    time = 1000;
    expect(sequences(gate.passOverdue())).toEqual([5, 6]);
    expect([gate.isWaiting, gate.received]).toEqual([false, 3]);
  });

  test("take bounded room while they wait", () => {
    const gate = newGate({ burst: 10_000 });
    for (let at = 1; at < 5000; at += 1) gate.accept(message(at + 1, at, wheelInput()));
    expect(gate.accept(message(1, 0, wheelInput())).length).toBeLessThanOrEqual(513);
  });
});

describe("what is held", () => {
  test("is let go where it was last, and once", () => {
    const gate = newGate();
    gate.accept(message(1, 0, pointerInput("down", { pointerType: "touch", pointerId: 9 })));
    gate.accept(message(2, 1, pointerInput("move", { pointerId: 9, x: 0.7, buttons: 1 })));
    gate.accept(message(3, 1, keyInput("down", { code: "KeyW", key: "w" })));
    gate.accept(message(4, 2, keyInput("down", { code: "", key: "KeyW" })));
    expect(gate.accept(message(5, 3, { kind: "release" }))).toMatchObject([
      { event: { kind: "pointer", phase: "cancel", pointerId: 9, x: 0.7, buttons: 0 } },
      { event: { kind: "key", phase: "up", code: "KeyW", key: "w" } },
      { event: { kind: "key", phase: "up", code: "", key: "KeyW" } },
      { event: { kind: "release" } },
    ]);
    expect(gate.accept(message(6, 4, { kind: "release" }))).toHaveLength(1);
  });

  test("is let go when the viewer says release, under the sequence of that event", () => {
    const gate = newGate();
    gate.accept(message(1, 0, pointerInput("down")));
    expect(gate.accept(message(2, 1, { kind: "release" }))).toMatchObject([
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
    for (const [at, event] of events.entries()) gate.accept(message(at + 1, at, event));
    gate.accept(move(7, 6));
    expect(sequences(gate.accept(message(8, 6, { kind: "release" })))).toEqual([8]);
  });
});

describe("the rate", () => {
  test("is bounded, and the bucket fills again with time", () => {
    let time = 0;
    const gate = newGate({ perSecond: 10, burst: 5, clock: () => time });
    const send = (from: number): number =>
      Array.from({ length: 20 }, (_, at) => gate.accept(move(from + at, 0))).flat().length;
    expect(send(1)).toBe(5);
    time = 300;
    expect(send(100)).toBe(3);
  });

  test("never holds back what ends a press", () => {
    const gate = newGate({ perSecond: 1, burst: 2 });
    gate.accept(message(1, 0, pointerInput("down")));
    gate.accept(message(2, 1, keyInput("down")));
    expect(gate.accept(message(3, 2, wheelInput()))).toEqual([]);
    expect(sequences(gate.accept(message(4, 3, pointerInput("up"))))).toEqual([4]);
    expect(sequences(gate.accept(message(5, 4, { kind: "release" })))).toEqual([5, 5]);
    expect(gate.accept(message(6, 5, pointerInput("up")))).toEqual([]);
  });
});
