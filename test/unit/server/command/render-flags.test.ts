/** The words of `scenecast render`, and what it prints while it goes. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseCommandLine } from "../../../../server/command/command-line.ts";
import { ProgressLine } from "../../../../server/command/progress-line.ts";
import { progressText, showProgress } from "../../../../server/command/render-command.ts";
import { inWordsOfRender, readRenderArguments } from "../../../../server/command/render-flags.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-flags-"));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const read = (...args: string[]) => readRenderArguments(args);

test("a scene and an output are enough, and every flag finds its option", () => {
  expect(read("scene.ts", "out.mp4")).toEqual({ options: { scene: "scene.ts", output: "out.mp4" }, parameters: {} });
  const state = file("state.json", '{"zoom":2}');
  const path = file("path.json", '[{"time":0,"state":1}]');
  const words =
    "scene.ts frames/%05d.png --frames 5..9 --fps 30000/1001 --size 3840x2160 --samples 16 --seed 7 --warm-up all " +
    "--workers 4 --piece 60 --overwrite --param count=5 --param dark=true --date 2026-05-01 --quality 80 --lossless";
  expect(read(...words.split(" "), "--state", state, "--path", path)).toEqual({
    options: {
      scene: "scene.ts",
      output: "frames/%05d.png",
      frames: { first: 5, last: 9 },
      fps: "30000/1001",
      size: { width: 3840, height: 2160 },
      samples: 16,
      seed: 7,
      warmUp: "all",
      workers: 4,
      pieceFrames: 60,
      overwrite: true,
      date: "2026-05-01",
      quality: 80,
      lossless: true,
      state: { zoom: 2 },
      path: [{ time: 0, state: 1 }],
    },
    parameters: { count: "5", dark: "true" },
  });
  expect(
    read("--replay", "log.gz", "out.mkv", "--audio", "a.wav", "--codec", "vp9", "--chroma", "444")?.options,
  ).toEqual({
    output: "out.mkv",
    replay: "log.gz",
    audio: "a.wav",
    codec: "vp9",
    chroma: "444",
  });
  expect(read("other.ts", "out.mkv", "--replay", "log.gz", "--room", "hall")?.options).toMatchObject({
    scene: "other.ts",
    replay: "log.gz",
    room: "hall",
  });
  expect(parseCommandLine(["render", "--help"])).toMatchObject({
    kind: "help",
    text: expect.stringContaining("--samples"),
  });
});

test.each([
  [["scene.ts"], "Name the scene and the output"],
  [[], "Name the scene and the output"],
  [["a.ts", "b.mp4", "c.mp4"], '"c.mp4" is one too many'],
  [["a.ts", "b.mp4", "--frames", "5-9"], "must be written like 0..599"],
  [["a.ts", "b.mp4", "--size", "4k"], "--size must be written like 3840x2160."],
  [["a.ts", "b.mp4", "--param", "count"], "--param must be written like count=200"],
  [["a.ts", "b.mp4", "--state", join(folder, "none.json")], "--state must name a file with JSON"],
  [["a.ts", "b.mp4", "--path", file("bad.json", "{")], "--path must name a file with JSON"],
  [["a.ts", "b.mp4", "--path", file("object.json", "{}")], "must be a list of key frames"],
])("%j is refused", (args, sentence) => {
  expect(() => read(...args)).toThrow(sentence);
});

test("sentences about options are in the words of the command line", () => {
  expect(inWordsOfRender("options.pieceFrames must be 1.")).toBe("--piece must be 1.");
  expect(inWordsOfRender("options.path[2].time must be later.")).toBe("--path[2].time must be later.");
  expect(inWordsOfRender("options.frames must say which frames, as { first: 0, last: 599 }.")).toBe(
    "--frames must say which frames, as 0..599.",
  );
  expect(inWordsOfRender("a.mp4 is there already. Render with `overwrite` to replace what is there.")).toBe(
    "a.mp4 is there already. Add --overwrite to replace what is there.",
  );
});

const report = (done: number, pieces = 0) =>
  ({
    stage: "render",
    frames: { done, total: 200 },
    pieces: { done: pieces, total: 2 },
    fps: 7.25,
    secondsLeft: 3700.2,
  }) as const;

test("progress has the rate and the time that is left", () => {
  expect(progressText(report(50, 1))).toBe(
    "  frame 50 of 200 (25 %), 1 of 2 pieces, 7.3 frames a second, 1:01:41 left",
  );
  expect(progressText({ ...report(0), fps: null, secondsLeft: null })).toBe("  frame 0 of 200 (0 %), 0 of 2 pieces");
  expect(progressText({ ...report(100), stage: "join" })).toBe("  joining: 100 of 200 frames (50 %)");
});

test("it stays in one place on a terminal, sentences above it, and is a line now and then elsewhere", () => {
  const written: string[] = [];
  const stream = (isTTY: boolean) => ({ isTTY, write: (text: string) => written.push(text) > 0 }) as never;
  let now = 0;
  const place = new ProgressLine(stream(true), () => now);
  showProgress(place, report(1));
  showProgress(place, report(2));
  now = 300;
  showProgress(place, report(3));
  place.say("The scene says something.");
  place.end();
  expect(written.map((text) => text.replaceAll("\u001b[K", "<"))).toEqual([
    `\r${progressText(report(1))}<`,
    `\r${progressText(report(3))}<`,
    "\r<The scene says something.\n",
  ]);
  written.length = 0;
  const lines = new ProgressLine(stream(false), () => now);
  for (const done of [1, 2, 3]) showProgress(lines, report(done));
  now += 10_000;
  showProgress(lines, report(4));
  showProgress(lines, report(200, 2));
  lines.end();
  expect(written).toEqual([report(1), report(4), report(200, 2)].map((one) => `${progressText(one)}\n`));
});
