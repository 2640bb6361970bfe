/** The options of a render: what follows from what, and what is refused. */

import { expect, test } from "vitest";
import { type RenderSceneOptions, resolveRenderOptions } from "../../../../server/offline/render-options.ts";
import { RenderProgressMeter } from "../../../../server/offline/render-progress.ts";

const frames = { first: 0, last: 9 };
const resolve = (options: Partial<RenderSceneOptions> = {}) =>
  resolveRenderOptions({ scene: "scene.ts", output: "a.mp4", frames, ...options });

test("what is not said has a default that is the same everywhere", () => {
  expect(resolve()).toMatchObject({
    fps: { num: 30, den: 1 },
    size: { width: 1280, height: 720 },
    samples: 8,
    seed: 1,
    date: Date.UTC(2026, 0, 1),
    warmUp: 0,
    pieceFrames: null,
    state: null,
    path: [],
    events: [],
    coding: { codec: "h264", chroma: "420", quality: 90, lossless: false },
    overwrite: false,
  });
  expect(resolve().sceneUrl).toMatch(/^file:.*\/scene\.ts$/);
});

test("a path says which frames there are, to its end", () => {
  const path = [
    { time: 0, state: 1 },
    { time: 2.5, state: 2 },
  ];
  const { frames: _, ...rest } = { frames, scene: "s.ts", output: "a.mp4", path };
  expect(resolveRenderOptions(rest).frames).toEqual({ first: 0, last: 75 });
  expect(resolveRenderOptions({ ...rest, fps: 29.97 }).frames).toEqual({ first: 0, last: 75 });
});

test.each<readonly [Partial<RenderSceneOptions>, string]>([
  [{ fps: 0 }, "options.fps must be"],
  [{ samples: 3 }, "options.samples must be 1, 2, 4, 8"],
  [{ samples: 512 }, "options.samples must be"],
  [{ workers: 0 }, "options.workers must be a whole number from 1 to 64."],
  [{ pieceFrames: 0 }, "options.pieceFrames must be"],
  [{ warmUp: -1 }, "options.warmUp must be"],
  [{ size: { width: 161, height: 90 } }, "options.size.width must be an even number"],
  [{ size: { width: 8, height: 90 } }, "options.size.width must be a whole number from 16 to 8192."],
  [{ size: { width: 160, height: 9000 } }, "options.size.height must be"],
  [{ seed: 0.5 }, "options.seed must be"],
  [{ date: "soon" }, "options.date must be a date"],
  [{ audio: "a.wav", output: "%d.png" }, "options.audio is of use for a movie alone."],
  [{ codec: "vp8" as never }, "options.codec must be one of h264, vp9, av1."],
  [{ quality: 0 }, "options.quality must be"],
  [{ codec: "av1", lossless: true }, "options.lossless is not there for AV1."],
  [{ codec: "av1", chroma: "444" }, "options.chroma must be 420 for AV1."],
  [{ room: "hall" }, "options.room is of use with options.replay alone."],
  [{ replay: "not-there.gz" }, "The log cannot be read"],
  [{ scene: "" }, "options.scene must be the path of a scene."],
  [{ output: "" }, "options.output must be"],
  [{ parameters: { "a b": 1 } as never }, "options.parameters.a b"],
  [{ path: [] }, "options.path must be a list of key frames"],
  [{ flames: 1 } as never, "options.flames is unknown"],
])("%j is refused", (options, sentence) => {
  expect(() => resolve(options)).toThrow(sentence);
});

test("without frames, a path or a log nobody knows where to end", () => {
  expect(() => resolveRenderOptions({ scene: "s.ts", output: "a.mp4" })).toThrow(
    "options.frames must say which frames",
  );
});

test("odd sizes are fine for pictures and for 4:4:4", () => {
  const size = { width: 161, height: 91 };
  expect(resolve({ size, output: "%d.png" }).size).toEqual(size);
  expect(resolve({ size, chroma: "444" }).size).toEqual(size);
});

test("progress counts earlier runs, takes back what is done again, and reckons by the last seconds", () => {
  let now = 0;
  const meter = new RenderProgressMeter({ frames: 100, pieces: 10 }, { frames: 20, pieces: 2 }, () => now);
  expect(meter.report).toEqual({
    stage: "render",
    frames: { done: 20, total: 100 },
    pieces: { done: 2, total: 10 },
    fps: null,
    secondsLeft: null,
  });
  now = 1000;
  meter.note(20, 4);
  meter.note(30, 6);
  expect(meter.report).toMatchObject({ frames: { done: 30 }, fps: 10, secondsLeft: 7 });
  meter.note(30, 0);
  expect(meter.report.frames.done).toBe(24);
  now = 2000;
  meter.finish(20, 10);
  meter.finish(30, 10);
  expect(meter.report).toMatchObject({ frames: { done: 40 }, pieces: { done: 4 }, fps: 10 });
  for (now = 3000; now <= 60_000; now += 1000) meter.note(40, 5);
  expect(meter.report.fps).toBeNull();
  meter.noteJoined(50);
  expect(meter.report).toMatchObject({ stage: "join", frames: { done: 50 }, secondsLeft: null });
});
