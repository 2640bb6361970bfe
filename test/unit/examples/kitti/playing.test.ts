/** That a drive is read ahead of what is shown with bounded memory, and that its time goes on, waits and jumps. */

import { describe, expect, it } from "vitest";
import { Player } from "../../../../examples/kitti/drive/player.ts";
import { ReadAhead } from "../../../../examples/kitti/drive/read-ahead.ts";

/** Reads that the test ends, with what is on its way and what was freed. */
function reads() {
  const open = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  const [begun, freed]: [number[], string[]] = [[], []];
  const ahead = new ReadAhead<string>({
    read: (number) =>
      new Promise((resolve, reject) => {
        begun.push(number);
        open.set(number, { resolve, reject });
      }),
    onRead: () => {},
    release: (value) => freed.push(value),
  });
  const end = async (number: number, error?: Error): Promise<void> => {
    const one = open.get(number);
    if (error === undefined) one?.resolve(`value ${number}`);
    else one?.reject(error);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ahead, begun, freed, end };
}

describe("reading ahead", () => {
  it("reads the most urgent first, two at a time, and each once", async () => {
    const { ahead, begun, end } = reads();
    ahead.want([5, 6, 7, 8]);
    ahead.want([5, 6, 7, 8]);
    expect(begun).toEqual([5, 6]);
    expect(ahead.get(5)).toBeNull();
    await end(5);
    expect(ahead.get(5)).toBe("value 5");
    expect(begun).toEqual([5, 6, 7]);
  });

  it("keeps nothing but what is wanted, however long it goes on", async () => {
    const { ahead, begun, freed, end } = reads();
    for (let number = 0; number < 200; number += 1) {
      ahead.want([number, number + 1, number + 2]);
      for (const one of begun.splice(0)) await end(one);
      expect(ahead.size).toBeLessThanOrEqual(5);
    }
    expect(freed.length).toBeGreaterThan(190);
  });

  it("frees what comes too late, and goes on with what is wanted now", async () => {
    const { ahead, begun, freed, end } = reads();
    ahead.want([1, 2]);
    ahead.want([90]);
    expect(begun).toEqual([1, 2]);
    await end(1);
    expect([begun, freed, ahead.get(1)]).toEqual([[1, 2, 90], ["value 1"], null]);
    await end(2);
    await end(90);
    expect([ahead.get(90), ahead.size]).toEqual(["value 90", 1]);
  });

  it("throws what reading threw where it is asked for, and reads the others", async () => {
    const { ahead, end } = reads();
    ahead.want([1, 2]);
    await end(1, new Error("1.bin: expected points"));
    await end(2);
    expect(() => ahead.get(1)).toThrow("1.bin: expected points");
    expect(ahead.get(2)).toBe("value 2");
  });
});

describe("the time of a drive", () => {
  it("goes on by the clock at its speed, and from the end to the beginning", () => {
    const player = new Player(1);
    for (let at = 0; at < 5; at += 1) player.advance(at / 5, 1.5, true);
    expect(player.time).toBeCloseTo(0.2);
  });

  it("begins where the clock does, as in a piece of a movie, and then takes small steps", () => {
    const player = new Player(10);
    player.advance(4, 1, true);
    expect(player.time).toBe(4);
    player.advance(4.1, 1, true);
    expect(player.time).toBeCloseTo(4.1);
    player.advance(7, 1, true);
    expect(player.time).toBeCloseTo(4.35);
  });

  it("waits for what is not read yet", () => {
    const player = new Player(10);
    player.advance(0, 1, true);
    player.advance(0.2, 1, false);
    player.advance(0.4, 1, false);
    expect(player.time).toBe(0);
    player.advance(0.5, 1, true);
    expect(player.time).toBeCloseTo(0.1);
  });

  it("does not count a rest", () => {
    const player = new Player(10);
    player.advance(1, 1, true);
    player.rest();
    player.advance(1.1, 1, true);
    player.advance(1.2, 1, true);
    expect(player.time).toBeCloseTo(1.1);
  });

  it("jumps within the drive, and from frame to frame", () => {
    const player = new Player(1);
    const frames = [0.1, 0.3, 0.7].map((time, number) => ({ number, time, file: null }));
    const stream = { name: "x", frames, count: 3, period: 0.2 };
    const at = [1, 1, 1, 1, -1, -1].map((by) => {
      player.step(stream, by as 1 | -1);
      return player.time;
    });
    expect(at).toEqual([0.1, 0.3, 0.7, 1, 0.7, 0.3]);
    expect(player.isBackwards).toBe(true);
    player.jump(-4);
    expect(player.time).toBe(0);
    player.jump(99);
    expect(player.time).toBe(1);
  });
});
