/** A replay buffer (RB1, RB2): whole groups of pictures, no more of them than time and memory allow. */

import { describe, expect, it } from "vitest";
import type { MuxPacket } from "../../../../../server/encode/mux/mux-protocol.ts";
import { ReplayOutput } from "../../../../../server/encode/mux/replay-output.ts";
import { milliseconds, now } from "../../../../../shared/time.ts";

function packet(time: number, isKeyFrame: boolean, bytes: number = 100): MuxPacket {
  const data = new Uint8Array(bytes);
  return { codec: "h264", data, isKeyFrame, frame: 1, tier: 3, atRest: false, time: milliseconds(time) };
}

/** Ten packets a second, each second of them beginning with a key frame. */
function fill(replay: ReplayOutput, from: number, seconds: number, bytes?: number): void {
  for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
    replay.take(packet(from + tenth * 100, tenth % 10 === 0, bytes));
  }
}

describe("a buffer of five seconds", () => {
  const ample = { kind: "replay", seconds: 5, maxBytes: 1e9 } as const;

  it("RB2: holds what reaches back five seconds, and at most a group more", () => {
    const replay = new ReplayOutput(ample);
    const begin = now() - 60_000;
    fill(replay, begin, 60);
    const { packets, bytes, seconds } = replay.figures;
    expect(packets).toBe(60);
    expect(bytes).toBe(6000);
    expect(seconds).toBeGreaterThanOrEqual(5);
    expect(seconds).toBeLessThan(7);
  });

  it("RB2: forgets the oldest where memory is short, and is never above it", () => {
    const replay = new ReplayOutput({ ...ample, maxBytes: 3500 });
    const begin = now() - 20_000;
    for (let second = 0; second < 20; second += 1) {
      fill(replay, begin + second * 1000, 1);
      expect(replay.figures.bytes).toBeLessThanOrEqual(3500);
    }
    expect(replay.figures.packets % 10).toBe(0);
    expect(replay.figures.packets).toBe(30);
  });

  it("RB1: a group that is larger than all of the memory is forgotten whole, and it begins again with a key frame", () => {
    const replay = new ReplayOutput({ ...ample, maxBytes: 450 });
    fill(replay, now() - 1000, 1);
    expect(replay.figures).toMatchObject({ packets: 0, bytes: 0 });
    replay.take(packet(now(), false));
    expect(replay.figures.packets).toBe(0);
    replay.take(packet(now(), true));
    expect(replay.figures.packets).toBe(1);
  });

  it("has nothing to save before the first key frame", async () => {
    const to = { kind: "file", path: "/nowhere/a.mp4", container: "mp4", cutRests: false, maxSeconds: null } as const;
    const wish = { requestId: 1, outputId: "a", seconds: 5, at: now(), to };
    await expect(new ReplayOutput(ample).save(wish)).rejects.toThrow("There is nothing to save yet.");
  });
});
