/** When the pictures of movies and streams are shown, with a stand-in for FFmpeg. */

import { beforeEach, expect, it, vi } from "vitest";
import type { PictureExit } from "../../../../server/studio/source/picture-exit.ts";
import type { ForkedSource } from "../../../../server/studio/source/source-protocol.ts";
import { StreamPlayer } from "../../../../server/studio/source/stream-player.ts";

/** What is read: the times of the pictures, and how long each takes to come. */
let times: number[] = [];
let delayMs = 0;
let opened = 0;
let shown: number[] = [];
let begun = 0;
let wanted: () => boolean = () => true;

vi.mock("../../../../server/studio/source/av-stream.ts", () => ({
  AvStream: {
    open: async () => {
      opened += 1;
      return {
        play: async (isWanted: () => boolean, show: (time: number) => Promise<void>) => {
          wanted = isWanted;
          for (const time of times) {
            await new Promise((resolve) => setTimeout(resolve, delayMs));
            await show(time);
          }
        },
        put: () => shown.push(Math.round(performance.now() - begun)),
        close: async () => undefined,
      };
    },
  },
}));

beforeEach(() => {
  vi.useFakeTimers();
  [opened, delayMs, shown, begun] = [0, 0, [], performance.now()];
});

type Played = Extract<ForkedSource, { readonly kind: "movie" | "stream" }>;
const movie: Played = { kind: "movie", file: "/a.mp4" };
const hls: Played = { kind: "stream", address: "https://host/a.m3u8" };
const rtmp: Played = { kind: "stream", address: "rtmp://host/app/key" };

async function play(source: Played, ms: number, { watched = true, maxFps = 100 } = {}): Promise<StreamPlayer> {
  const player = new StreamPlayer({ source, exit: {} as PictureExit, maxFps, alive: () => undefined }, watched);
  player.play().catch(() => undefined);
  await vi.advanceTimersByTimeAsync(ms);
  return player;
}

it("movies and pieces by HTTP go by their times, what is live is shown as it comes (UP1)", async () => {
  times = [0, 0.1, 0.2, 0.3];
  await play(hls, 1000);
  expect(shown.map((at) => at - (shown[0] ?? 0))).toEqual([0, 100, 200, 300]);
  [shown, delayMs] = [[], 20];
  await play(rtmp, 1000);
  expect(shown.map((at) => at - (shown[0] ?? 0))).toEqual([0, 20, 40, 60]);
});

it("a movie begins anew after its last picture, and waits while nobody looks (UP2)", async () => {
  times = [0, 0.1];
  const player = await play(movie, 1050);
  expect(opened).toBeGreaterThan(5);
  player.setWatched(false);
  await vi.advanceTimersByTimeAsync(200);
  const count = shown.length;
  await vi.advanceTimersByTimeAsync(5000);
  expect(shown.length).toBe(count);
  player.setWatched(true);
  await vi.advanceTimersByTimeAsync(500);
  expect(shown.length).toBeGreaterThan(count);
  await play(rtmp, 100, { watched: false });
  expect(wanted()).toBe(false);
});

it("a movie of one picture is begun anew once a second (UP2)", async () => {
  times = [0];
  await play(movie, 5500);
  expect(opened).toBeLessThanOrEqual(7);
  expect(shown.length).toBeGreaterThanOrEqual(5);
});

it("what comes late is shown at once, and the times count from there (UP3)", async () => {
  times = [0, 0.1, 0.2, 0.3];
  delayMs = 250;
  await play(hls, 3000);
  expect(shown.map((at) => at - (shown[0] ?? 0))).toEqual([0, 250, 500, 750]);
});

it("pictures that come too fast are not made (UP4)", async () => {
  times = Array.from({ length: 100 }, (_, at) => at / 100);
  delayMs = 10;
  await play(rtmp, 2000, { maxFps: 10 });
  expect(shown.length).toBeGreaterThanOrEqual(14);
  expect(shown.length).toBeLessThanOrEqual(17);
});
