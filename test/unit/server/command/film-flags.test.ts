/** The words of `scenecast hls`, and the line that it shows. */

import { expect, test } from "vitest";
import { parseCommandLine } from "../../../../server/command/command-line.ts";
import { inWordsOfFilm, readFilmArguments } from "../../../../server/command/film-flags.ts";
import { filmText } from "../../../../server/command/film-text.ts";
import { ProgressLine } from "../../../../server/command/progress-line.ts";
import { resolveFilmOptions } from "../../../../server/film/film-options.ts";

test("the arguments become options", () => {
  const words = "a.mp4 list.txt --to out --sizes 360,480 --segment 4 --ahead 0 --max-download 2G".split(" ");
  expect(parseCommandLine(["hls", ...words])).toEqual({
    kind: "film",
    options: {
      sources: ["a.mp4", "list.txt"],
      to: "out",
      sizes: [360, 480],
      segmentSeconds: 4,
      ahead: 0,
      maxDownloadBytes: 2e9,
    },
  });
  expect(parseCommandLine(["hls", "--help"]).kind).toBe("help");
  expect(() => readFilmArguments(["a.mp4"])).toThrow(/--to/);
  expect(() => readFilmArguments(["--to", "out"])).toThrow(/movies/);
});

test("a queue takes the place of what is downloaded ahead, and its address, with a password in it, is not repeated", () => {
  const options = { sources: ["a.mp4"], to: "out" };
  const queue = "redis://:hidden@10.0.0.5:6379";
  expect(readFilmArguments(["a.mp4", "--to", "out", "--queue", queue])).toEqual({ options: { ...options, queue } });
  expect(resolveFilmOptions(options).queue).toBeNull();
  expect(resolveFilmOptions({ ...options, queue }).queue).toBe(queue);
  const wrong = "options.queue must be an address like redis://host:6379.";
  expect(() => resolveFilmOptions({ ...options, queue: "http://:hidden@10.0.0.5" })).toThrow(new TypeError(wrong));
  expect(inWordsOfFilm(wrong)).toBe("--queue must be an address like redis://host:6379.");
  expect(() => resolveFilmOptions({ ...options, queue, ahead: 1 })).toThrow(/ahead is of no use with a queue/);
});

test("sentences name the flags", () => {
  expect(inWordsOfFilm("options.segmentSeconds must be a whole number.")).toBe("--segment must be a whole number.");
});

const progress = {
  movies: { total: 4, done: 1, failed: 1 },
  download: { title: "a very long name of a movie", bytes: 5e6, ofBytes: 10e6, bytesPerSecond: 2.5e6 },
  encode: { title: "alps", seconds: 30, ofSeconds: null, speed: 1.25 },
  queue: null,
};

test("download and encoding stand side by side", () => {
  expect(filmText(progress)).toBe(
    "2 of 4 (1 failed)  download [=======       ] a very long name… 2.5 MB/s  encode [              ] alps 1.3x",
  );
  expect(filmText({ ...progress, download: null, encode: null })).toMatch(
    /download \[ +\] nothing {2}encode \[ +\] nothing/,
  );
  expect(filmText({ ...progress, queue: { running: 3, part: 0.5 } })).toBe(
    "2 of 4 (1 failed)  queue [=======       ] 3 at work",
  );
});

test("a terminal has it in place, often; a file has a line now and then", () => {
  let now = 0;
  const written: string[] = [];
  const stream = (isTTY: boolean) => ({ isTTY, write: (text: string) => written.push(text) });
  const inPlace = new ProgressLine(stream(true), () => now);
  for (now = 0; now < 1000; now += 50) inPlace.show(() => filmText(progress));
  inPlace.say("A word.");
  inPlace.clear();
  expect(written).toHaveLength(6);
  expect(written.at(-1)).toBe("\r\u001b[KA word.\n");
  written.length = 0;
  const lines = new ProgressLine(stream(false), () => now);
  for (now = 0; now < 21_000; now += 100) lines.show(() => filmText(progress));
  expect(written).toHaveLength(3);
  expect(written.every((line) => line.endsWith("\n"))).toBe(true);
});
