/** Owns the checks of when input leaves and by which channel. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { InputSender, type InputWay } from "../../../../client/input/input-sender.ts";
import type { InputMessage } from "../../../../shared/input.ts";
import { pointerInput } from "./pointer-input.ts";

type Sent = { readonly channel: string; readonly message: InputMessage };

/** A way with WebRTC's two channels. */
function channels(sent: Sent[]): InputWay {
  return {
    isReadyForMoves: () => true,
    sendUnordered: (message) => sent.push({ channel: "pointer", message }),
    sendOrdered: (message) => sent.push({ channel: "control", message }),
  };
}

/** A way that keeps everything in order. */
function socket(sent: Sent[], isReady: () => boolean = () => true): InputWay {
  return {
    isReadyForMoves: isReady,
    sendUnordered: null,
    sendOrdered: (message) => sent.push({ channel: "socket", message }),
  };
}

function start(): { sender: InputSender; sent: Sent[]; noted: number[] } {
  const sent: Sent[] = [];
  const noted: number[] = [];
  const sender = new InputSender((sequence) => noted.push(sequence));
  sender.setWay(channels(sent));
  return { sender, sent, noted };
}

function placesOf(sent: readonly Sent[]): [string, number, number][] {
  return sent.map(({ channel, message }) => [channel, message.sequence, message.ordered]);
}

function xOf({ message }: Sent): number | null {
  return message.event.kind === "pointer" ? Math.round(message.event.x * 1000) / 1000 : null;
}

const moveTo = (x: number, pointerId = 1) => pointerInput({ x, pointerId });
const down = pointerInput({ phase: "down", button: 0, buttons: 1 });
const up = pointerInput({ phase: "up", button: 0, buttons: 0 });

describe("InputSender", () => {
  beforeEach(() => {
    vi.useFakeTimers();
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
    sender.handleReceived(1);
    vi.advanceTimersByTime(1000);
    expect(sent).toHaveLength(3);
  });

  it("sends an event of which no receipt comes on the unreliable channel too, twice, with the move before it (IN6)", () => {
    const { sender, sent } = start();
    sender.move(moveTo(0.1), 0);
    sender.move(moveTo(0.2), 1);
    sender.ordered(down, 2);
    const [, move, press] = sent;
    sent.length = 0;
    vi.advanceTimersByTime(19);
    sender.ordered(up, 21);
    sent.length = 0;
    vi.advanceTimersByTime(1);
    const again = [move, press].map((item) => ({ channel: "pointer", message: item?.message }));
    expect(sent).toEqual(again);
    sender.handleReceived(1);
    vi.advanceTimersByTime(60);
    expect(placesOf(sent.slice(2))).toEqual([
      ["pointer", 4, 1],
      ["pointer", 4, 1],
    ]);
    vi.advanceTimersByTime(1000);
    expect(sent).toHaveLength(4);
  });

  it("repeats nothing by a way that keeps everything in order", () => {
    const sent: Sent[] = [];
    const sender = new InputSender(() => undefined);
    sender.setWay(socket(sent));
    sender.ordered(down, 0);
    vi.advanceTimersByTime(1000);
    expect(sent).toHaveLength(1);
  });

  it("tells of each event once, and not again of its repeat", () => {
    const { sender, noted } = start();
    sender.move(moveTo(0.1), 0);
    vi.advanceTimersByTime(100);
    sender.ordered(down, 1);
    expect(noted).toEqual([1, 2]);
  });

  it("drops what comes while there is no way", () => {
    const { sender, sent, noted } = start();
    sender.move(moveTo(0.1), 0);
    sender.setWay(null);
    sender.move(moveTo(0.2), 0);
    sender.ordered(down, 0);
    vi.advanceTimersByTime(1000);
    expect(sent).toHaveLength(1);
    expect(noted).toEqual([1]);
  });

  it("sends everything in order where the way does, and repeats no move", () => {
    const { sender, sent } = start();
    sender.setWay(socket(sent));
    sender.move(moveTo(0.1), 0);
    sender.ordered(down, 1);
    vi.advanceTimersByTime(1000);
    expect(placesOf(sent)).toEqual([
      ["socket", 1, 0],
      ["socket", 2, 0],
    ]);
  });

  it("holds moves back while the way is full, and sends the newest then", () => {
    const { sender, sent } = start();
    let isReady = false;
    sender.setWay(socket(sent, () => isReady));
    sender.move(moveTo(0.1), 0);
    sender.move(moveTo(0.2), 1);
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([]);
    isReady = true;
    vi.advanceTimersByTime(10);
    expect(sent.map(xOf)).toEqual([0.2]);
  });

  it("sends again on a new way what was not acknowledged, in order and before what is new (IN5)", () => {
    const { sender, sent } = start();
    sender.ordered(down, 0);
    sender.move(moveTo(0.3), 1);
    vi.advanceTimersByTime(50);
    sender.ordered(up, 2);
    sender.handleReceived(1);
    sent.length = 0;
    sender.setWay(socket(sent));
    sender.ordered(down, 3);
    expect(placesOf(sent)).toEqual([
      ["socket", 2, 1],
      ["socket", 3, 1],
      ["socket", 4, 2],
    ]);
  });

  it("repeats the last move of the open gap on a new way, once (IN4)", () => {
    const { sender, sent, noted } = start();
    sender.move(moveTo(0.3), 1);
    sent.length = 0;
    sender.setWay(socket(sent));
    vi.advanceTimersByTime(1000);
    expect(placesOf(sent)).toEqual([["socket", 1, 0]]);
    expect(noted).toEqual([1]);
  });

  it("sends nothing again that the server has, and tells how long it took", () => {
    const { sender, sent } = start();
    sender.ordered(down, 0);
    vi.advanceTimersByTime(20);
    expect(sender.waitMs).toBe(20);
    expect(sender.handleReceived(1)).toBe(20);
    expect(sender.handleReceived(1)).toBeNull();
    expect(sender.waitMs).toBe(0);
    sent.length = 0;
    sender.setWay(socket(sent));
    expect(sent).toEqual([]);
  });

  it("begins anew in another session", () => {
    const { sender, sent } = start();
    sender.ordered(down, 0);
    sender.restart();
    sender.setWay(socket(sent));
    sender.ordered(up, 1);
    expect(placesOf(sent)).toEqual([
      ["control", 1, 0],
      ["socket", 1, 0],
    ]);
  });
});
