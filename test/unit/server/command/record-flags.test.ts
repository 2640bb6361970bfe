/** The words of `scenecast record`, and those of `serve` about recordings. */

import { expect, it } from "vitest";
import { parseCommandLine } from "../../../../server/command/command-line.ts";
import { secondsOf } from "../../../../server/command/recording-flags.ts";

it("a scene and a file are recorded until they are stopped, whole and seekable", () => {
  expect(parseCommandLine(["record", "scene.ts", "film.mp4"], {})).toEqual({
    kind: "record",
    file: "film.mp4",
    seconds: null,
    cutRests: false,
    keyFrameSeconds: 2,
    options: { scene: "scene.ts", render: { size: { width: 1280, height: 720 }, scale: 1 }, encode: {} },
    parameters: {},
  });
});

it("what is said of the picture is taken", () => {
  const words = "record scene.ts --seconds 2m --size 640x360 --fps 30 --codec vp9 --param count=3 --cut-rests a.webm";
  expect(parseCommandLine(words.split(" "), {})).toMatchObject({
    file: "a.webm",
    seconds: 120,
    cutRests: true,
    options: { render: { size: { width: 640, height: 360 }, maxFps: 30 }, encode: { codec: "vp9" } },
    parameters: { count: "3" },
  });
});

it.each([
  ["record scene.ts", "Name the scene and the file: scenecast record scene.ts film.mp4."],
  ["record scene.ts a.mp4 b.mp4", '"b.mp4" is one too many. See scenecast record --help.'],
  ["record scene.ts a.mp4 --seconds x", "--seconds must be a span like 10, 90s or 2m, from 0.1 to 86400 seconds."],
  ["record scene.ts a.mp4 --seconds 0", "--seconds must be a span like 10, 90s or 2m, from 0.1 to 86400 seconds."],
  [
    "record scene.ts a.mp4 --key-frames 0.1s",
    "--key-frames must be a span like 10, 90s or 2m, from 0.5 to 600 seconds.",
  ],
])("%s is refused", (words, sentence) => {
  expect(() => parseCommandLine(words.split(" "), {})).toThrow(sentence);
});

it("serve takes where, from when, how and how much of late is recorded", () => {
  const words = "serve scene.ts --record film.mp4 --recordings films --cut-rests --replay 30s";
  expect(parseCommandLine(words.split(" "), {})).toMatchObject({
    options: { recordings: { file: "film.mp4", folder: "films", cutRests: true, replaySeconds: 30 } },
  });
});

it("spans are read in seconds, minutes and hours", () => {
  expect(["30", "30s", "1.5m", "1h", "x", "", "-1", "3d"].map(secondsOf)).toEqual([
    30,
    30,
    90,
    3600,
    ...Array(4).fill(Number.NaN),
  ]);
});
