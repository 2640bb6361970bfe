/** Owns the checks of the sender's numbering: IN1 to IN4 of shared/input.ts. */

import { describe, expect, it } from "vitest";
import { InputSequencer } from "../../../../client/input/input-sequencer.ts";
import type { InputMessage, PointerInput } from "../../../../shared/input.ts";
import { pointerInput } from "./pointer-input.ts";

const release = { kind: "release" } as const;

function numbers({ sequence, ordered }: InputMessage): [number, number] {
  return [sequence, ordered];
}

function move(x: number, pointerId = 1): PointerInput {
  return pointerInput({ phase: "move", x, pointerId });
}

describe("InputSequencer", () => {
  it("counts every event from 1 and never goes back (IN1)", () => {
    const sequencer = new InputSequencer();
    const messages = [sequencer.move(move(0)), sequencer.ordered(release), sequencer.move(move(0.1))];
    expect(messages.map((message) => message.sequence)).toEqual([1, 2, 3]);
  });

  it("gives a move the number of ordered events before it (IN2)", () => {
    const sequencer = new InputSequencer();
    expect(numbers(sequencer.move(move(0)))).toEqual([1, 0]);
    expect(numbers(sequencer.ordered(release))).toEqual([2, 0]);
    expect(numbers(sequencer.ordered(release))).toEqual([3, 1]);
    expect(numbers(sequencer.move(move(0.1)))).toEqual([4, 2]);
  });

  it("repeats the last move of a gap as the same message, once (IN4)", () => {
    const sequencer = new InputSequencer();
    sequencer.move(move(0.1));
    const last = sequencer.move(move(0.2));
    expect(sequencer.takeRepeats()).toEqual([last]);
    expect(sequencer.takeRepeats()).toEqual([]);
  });

  it("repeats the last move of each pointer, oldest first (IN3, IN4)", () => {
    const sequencer = new InputSequencer();
    sequencer.move(move(0.1, 7));
    const second = sequencer.move(move(0.2, 8));
    const third = sequencer.move(move(0.3, 7));
    expect(sequencer.takeRepeats()).toEqual([second, third]);
  });

  it("repeats no move of a gap that is over (IN2)", () => {
    const sequencer = new InputSequencer();
    sequencer.move(move(0.1));
    sequencer.ordered(release);
    expect(sequencer.takeRepeats()).toEqual([]);
  });

  it("does not repeat a move that went in order", () => {
    const sequencer = new InputSequencer();
    sequencer.move(move(0.1));
    sequencer.moveOnce(move(0.2));
    expect(sequencer.takeRepeats()).toEqual([]);
  });

  it("counts both anew in another session", () => {
    const sequencer = new InputSequencer();
    sequencer.ordered(release);
    sequencer.move(move(0.1));
    sequencer.restart();
    expect(sequencer.takeRepeats()).toEqual([]);
    expect(numbers(sequencer.ordered(release))).toEqual([1, 0]);
  });
});
