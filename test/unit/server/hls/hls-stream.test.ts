/** A room's stream in three sizes (HS1, HS2, HR1, HR2): when it runs, who waits for it, what fails, and how many watch. */

import { parse, setOptions, types } from "hls-parser";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { HlsAudience } from "../../../../server/hls/hls-audience.ts";
import { HlsStream } from "../../../../server/hls/hls-stream.ts";
import type { WantedOutput } from "../../../../server/session/session-outputs.ts";
import { StreamError } from "../../../../shared/errors.ts";
import { milliseconds } from "../../../../shared/time.ts";
import { BEGIN, initPiece, partPieces } from "./made-pieces.ts";

setOptions({ strictMode: true });

/** What was wanted and not ended, in its order. */
let wanted: WantedOutput[];
let stream: HlsStream;

beforeEach(() => {
  vi.useFakeTimers({ now: BEGIN });
  wanted = [];
  stream = new HlsStream({
    outputs: {
      want: (output) => {
        wanted.push(output);
        return {
          outputId: "one",
          end: () => {
            wanted = wanted.filter((other) => other !== output);
            // It is told later, when another may run.
            queueMicrotask(() => output.ended(null));
          },
        };
      },
    },
    source: () => ({ size: { width: 1280, height: 720 }, maxFps: 60, bitrateBps: 8_000_000 }),
    title: () => 'A "fine" scene',
    clock: () => milliseconds(Date.now()),
  });
});

afterEach(() => {
  stream.close();
});

function give(index: number, from = 0, to = 4): void {
  for (const output of wanted) for (const piece of partPieces(index).slice(from, to)) output.pieceReceived?.(piece);
}

function giveInits(): void {
  for (const [index, output] of wanted.entries())
    output.pieceReceived?.(initPiece("avc1.42c01f", [1280, 854, 426][index]));
}

it("HS1: begins with the first who asks, and ends half a minute after the last", async () => {
  expect([stream.isRunning, wanted.length]).toEqual([false, 0]);
  stream.use();
  expect([stream.isRunning, wanted.length]).toEqual([true, 3]);
  expect(wanted.map((output) => output.open())).toMatchObject([
    { codec: "h264", target: null, maxKeyFrameGapMs: 2000, isOnGrid: true, to: { kind: "segments" } },
    {
      target: {
        size: { width: 854, height: 480 },
        of: { width: 1280, height: 720 },
        maxFps: 30,
        bitrateBps: 3_280_000,
      },
    },
    { target: { size: { width: 426, height: 240 }, maxFps: 30, bitrateBps: 1_360_000 } },
  ]);
  expect(new Set(wanted.map((output) => JSON.stringify(output.open()?.to))).size).toBe(1);
  giveInits();
  give(0);
  await vi.advanceTimersByTimeAsync(20_000);
  stream.use();
  await vi.advanceTimersByTimeAsync(28_000);
  expect(stream.isRunning).toBe(true);
  await vi.advanceTimersByTimeAsync(6_000);
  expect([stream.isRunning, wanted.length, stream.heldBytes]).toEqual([false, 0, 0]);
  const release = stream.hold();
  await vi.advanceTimersByTimeAsync(120_000);
  expect([stream.isRunning, wanted.length]).toEqual([true, 3]);
  release();
  await vi.advanceTimersByTimeAsync(4_000);
  expect(stream.isRunning).toBe(false);
});

it("what was ended says nothing of what was begun again since", async () => {
  stream.use();
  stream.close();
  stream.use();
  await vi.advanceTimersByTimeAsync(1);
  expect(stream.renditions.map(({ isRunning, error }) => [isRunning, error])).toEqual([
    [true, null],
    [true, null],
    [true, null],
  ]);
});

it("tells all sizes when they are there, with a bandwidth that no segment is above", async () => {
  stream.use();
  const told = stream.master();
  giveInits();
  const master = parse(await told);
  if (!(master instanceof types.MasterPlaylist)) throw new Error("It is another playlist.");
  expect(master.variants.map(({ uri, bandwidth, frameRate }) => [uri, bandwidth, frameRate])).toEqual([
    ["high/live.m3u8", 8_800_000, 60],
    ["middle/live.m3u8", 3_608_001, 30],
    ["low/live.m3u8", 1_496_001, 30],
  ]);
  expect(master.sessionDataList).toMatchObject([{ id: "com.apple.hls.title", value: "A 'fine' scene" }]);
  for (const piece of partPieces(0, 1_000_000)) wanted[2]?.pieceReceived?.(piece);
  expect(stream.variants[2]).toMatchObject({ bandwidthBps: 16_000_000, averageBps: 16_000_000 });
});

it("HR1, HS2: a size that fails costs the others nothing, and is tried again when all begin again", async () => {
  const failed = vi.fn();
  stream.on("failed", failed);
  stream.use();
  wanted[2]?.ended(new StreamError("no-encoder", "No reader is free."));
  expect(failed).toHaveBeenCalledTimes(1);
  const told = stream.master();
  for (const output of wanted.slice(0, 2)) output.pieceReceived?.(initPiece());
  expect((await told).match(/live\.m3u8/g)).toHaveLength(2);
  stream.close();
  wanted = [];
  stream.use();
  expect(wanted).toHaveLength(3);
  for (const output of wanted) output.ended(new StreamError("no-encoder", "None works."));
  await expect(stream.master()).rejects.toThrow("None works.");
});

it("a scene that shows nothing is waited for, and no longer than a player waits", async () => {
  stream.use();
  const told = expect(stream.master()).rejects.toThrow("The scene has not shown a picture yet. Try again in a second.");
  await vi.advanceTimersByTimeAsync(15_100);
  await told;
});

it("twenty thousand wait for the playlist of all sizes and no more, until they go, it is there, or the room is no more", async () => {
  stream.use();
  const leaving = new AbortController();
  const left = stream.master(leaving.signal);
  const told = Promise.all(Array.from({ length: 19_999 }, () => stream.master()));
  await expect(stream.master()).rejects.toMatchObject({
    code: "too-fast",
    message: "Too many wait for this stream.",
  });
  leaving.abort(new StreamError("closed", "The asker has gone."));
  await expect(left).rejects.toThrow("The asker has gone.");
  const last = stream.master();
  await expect(stream.master()).rejects.toThrow("Too many wait for this stream.");
  giveInits();
  const texts = new Set([...(await told), await last]);
  expect([...texts].map((text) => text.match(/live\.m3u8/g)?.length)).toEqual([3]);
  stream.close();
  stream.use();
  const over = expect(stream.master()).rejects.toThrow("The scene has not shown a picture yet. Try again in a second.");
  stream.close();
  await over;
});

it("HR2: who waits is answered when it is there, when it is too late, and when there will be nothing", async () => {
  stream.use();
  giveInits();
  give(0);
  const [high] = stream.renditions;
  if (high === undefined) throw new Error("no size");
  const last = high.window.lastSequence;
  const [there, late, taken, over] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
  high.whenThere({ sequence: last, part: null }, there);
  expect(there).toHaveBeenCalledWith(true);
  high.whenThere({ sequence: last + 1, part: 1 }, late);
  const off = high.whenThere({ sequence: last + 1, part: 1 }, taken);
  off();
  give(1, 0, 1);
  expect(late).not.toHaveBeenCalled();
  give(1, 1, 2);
  expect([late.mock.calls, taken.mock.calls]).toEqual([[[true]], []]);
  high.whenThere({ sequence: last + 2, part: 0 }, over);
  expect(high.waiting).toBe(1);
  await vi.advanceTimersByTimeAsync(9000);
  expect([over.mock.calls, high.waiting]).toEqual([[[false]], 0]);
  high.whenThere({ sequence: last + 2, part: 0 }, over);
  stream.close();
  expect(over.mock.calls).toEqual([[false], [false]]);
  stream.use();
  giveInits();
  give(2);
  expect(() => high.whenThere({ sequence: high.window.lastSequence + 3, part: null }, over)).toThrow(TypeError);
});

it("a scene that fell goes on behind a discontinuity, in all sizes", () => {
  stream.use();
  giveInits();
  give(0);
  give(1, 0, 2);
  for (const output of wanted) output.fell();
  giveInits();
  give(4);
  for (const { window } of stream.renditions) {
    const playlist = parse(String(window.playlist));
    if (!(playlist instanceof types.MediaPlaylist)) throw new Error("It is another playlist.");
    expect(
      playlist.segments.slice(0, 3).map(({ discontinuity, duration }) => [discontinuity === true, duration]),
    ).toEqual([
      [false, 2],
      [false, 1],
      [true, 2],
    ]);
  }
});

it("the audience is as large as its requests tell, and gone when they end", () => {
  const audience = new HlsAudience(() => milliseconds(Date.now()));
  vi.setSystemTime(BEGIN);
  for (let half = 0; half < 20; half += 1) {
    for (let player = 0; player < 30; player += 1) audience.note(500);
    if (half % 4 === 0) for (let player = 0; player < 10; player += 1) audience.note(2000);
    vi.advanceTimersByTime(500);
  }
  expect(audience.count).toBeGreaterThanOrEqual(36);
  expect(audience.count).toBeLessThanOrEqual(44);
  vi.advanceTimersByTime(7000);
  expect([audience.count, audience.silentMs]).toEqual([0, 7500]);
});
