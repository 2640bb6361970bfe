/** Owns the checks of when input leaves and by which channel. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InputSender } from "../../../client/input-sender.ts";
import { type InputMessage, parseInput } from "../../../shared/input.ts";
import { pointerInput } from "./pointer-input.ts";

type Sent = { readonly channel: "pointer" | "control"; readonly message: InputMessage };

function start(): { sender: InputSender; sent: Sent[]; noted: number[] } {
  const sent: Sent[] = [];
  const noted: number[] = [];
  const sender = new InputSender((sequence) => noted.push(sequence));
  sender.setChannels({
    sendUnordered: (bytes) => sent.push({ channel: "pointer", message: parseInput(bytes) }),
    sendOrdered: (bytes) => sent.push({ channel: "control", message: parseInput(bytes) }),
  });
  return { sender, sent, noted };
}

function xOf({ message }: Sent): number | null {
  return message.event.kind === "pointer" ? Math.round(message.event.x * 1000) / 1000 : null;
}

const moveTo = (x: number, pointerId = 1) => pointerInput({ x, pointerId });
const down = pointerInput({ phase: "down", button: 0, buttons: 1 });

describe("InputSender", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("sends the first move at once", () => {
    const { sender, sent } = start();
    sender.move(moveTo(0.1), 0);
    expect(sent.map((item) => [item.channel, xOf(item)])).toEqual([["pointer", 0.1]]);
  });

  it("sends at most 250 moves a second and always the newest", () => {
    const { sender, sent } = start();
    for (let index = 1; index <= 1000; index += 1) {
      sender.move(moveTo(index / 1000), index);
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(10);
    const moves = sent.filter((item) => item.channel === "pointer");
    expect(moves.length).toBeGreaterThan(200);
    expect(moves.length).toBeLessThanOrEqual(251);
    expect(moves.map(xOf).at(-1)).toBe(1);
  });

  it("paces each pointer without dropping the other's", () => {
    const { sender, sent } = start();
    sender.move(moveTo(0.1, 1), 0);
    sender.move(moveTo(0.2, 1), 0);
    sender.move(moveTo(0.3, 2), 0);
    vi.advanceTimersByTime(5);
    expect(sent.map(xOf)).toEqual([0.1, 0.2, 0.3]);
  });

  it("repeats the last move on the ordered channel after a pause of 40 ms (IN4)", () => {
    const { sender, sent } = start();
    sender.move(moveTo(0.1), 0);
    vi.advanceTimersByTime(39);
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sent[1]).toEqual({ channel: "control", message: sent[0]?.message });
    vi.advanceTimersByTime(1000);
    expect(sent).toHaveLength(2);
  });

  it("sends what moves still say before the event that ends their gap (IN4)", () => {
    const { sender, sent } = start();
    sender.move(moveTo(0.1), 0);
    sender.move(moveTo(0.2), 1);
    sender.ordered(down, 2);
    expect(sent.map(({ channel, message }) => [channel, message.sequence, message.ordered])).toEqual([
      ["pointer", 1, 0],
      ["control", 2, 0],
      ["control", 3, 0],
    ]);
    expect(xOf(sent[1] as Sent)).toBe(0.2);
    vi.advanceTimersByTime(1000);
    expect(sent).toHaveLength(3);
  });

  it("tells of each event once, and not again of its repeat", () => {
    const { sender, noted } = start();
    sender.move(moveTo(0.1), 0);
    vi.advanceTimersByTime(100);
    sender.ordered(down, 1);
    expect(noted).toEqual([1, 2]);
  });

  it("drops what comes while there are no channels", () => {
    const { sender, sent, noted } = start();
    sender.move(moveTo(0.1), 0);
    sender.setChannels(null);
    sender.move(moveTo(0.2), 0);
    sender.ordered(down, 0);
    vi.advanceTimersByTime(1000);
    expect(sent).toHaveLength(1);
    expect(noted).toEqual([1]);
  });
});
