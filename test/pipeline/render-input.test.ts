/** Movies, pictures and folders through a scene, by real processes: every frame with its number, and the sound as it was. */

import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { type RenderSceneOptions, renderScene } from "../../server/index.ts";
import { describeInput } from "../../server/offline/describe-input.ts";
import { work } from "../../server/offline/render-job.piece.ts";
import { remakeMovie } from "../support/made-movie.ts";
import { readMovie } from "../support/movie-frames.ts";
import { makeNumbered, numberedSize, readNumbers } from "../support/numbered-movie.ts";
import { descendantsRunning } from "../support/processes.ts";
import { sceneFixture } from "../support/render-probe.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-render-input-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A name that shells, addresses and FFmpeg's own syntax would read otherwise. */
const odd = join(folder, "odd %03d é #1: [a]'s movie.mp4");
const count = 28;
makeNumbered(odd, count);

function rendering(input: string, output: string, options: Partial<RenderSceneOptions> = {}) {
  return renderScene({
    scene: sceneFixture("over-input"),
    input,
    output: join(folder, output),
    samples: 1,
    pieceFrames: 7,
    workers: 2,
    ...options,
  });
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

function soundOf(path: string): string[] {
  return readMovie(path).sound.map(({ data }) => data.toString("hex"));
}

test("DI1 OR1 JM2 every frame of a movie is drawn over, whoever draws and is killed, and its sound is packet for packet the same", async () => {
  let killed = 0;
  const options = { pieceFrames: 10 };
  const one = await rendering(odd, "one.mp4", { ...options, workers: 1 });
  expect(one.frames).toEqual({ total: count, rendered: count });
  await rendering(odd, "three.mp4", {
    ...options,
    workers: 3,
    onProgress: ({ frames }) => {
      if (killed > 0 || frames.done === 0) return;
      killed = descendantsRunning(process.pid, "piece-process")[0] ?? 0;
      if (killed > 0) process.kill(killed, "SIGKILL");
    },
  });
  expect(killed).toBeGreaterThan(0);
  const [first, third] = ["one.mp4", "three.mp4"].map((name) => readFileSync(join(folder, name)));
  expect(third?.equals(first ?? Buffer.of())).toBe(true);
  expect(readNumbers(join(folder, "one.mp4"))).toEqual({ below: numbers(0, count - 1), over: numbers(0, count - 1) });
  const [source, made] = [readMovie(odd), readMovie(join(folder, "one.mp4"))];
  expect(made.size).toEqual(numberedSize);
  expect(made.times).toEqual(source.times);
  expect(soundOf(join(folder, "one.mp4"))).toEqual(soundOf(odd));
  expect(made.sound.map(({ time }) => time)).toEqual(source.sound.map(({ time }) => time));
  expect(source.sound.length).toBeGreaterThan(40);
});

test("DI1 JM2 some frames have the sound of their time, other rates show the frame of their time, and sound may be left out", async () => {
  await rendering(odd, "part.mkv", { frames: { first: 9, last: 19 }, pieceFrames: 100 });
  expect(readNumbers(join(folder, "part.mkv"))).toEqual({ below: numbers(9, 19), over: numbers(9, 19) });
  const [all, part] = [soundOf(odd), soundOf(join(folder, "part.mkv"))];
  const at = all.indexOf(part[0] ?? "");
  expect(part).toEqual(all.slice(at, at + part.length));
  // From 0.36 s on for 0.44 s, to within a packet of 1024 samples.
  expect(Math.abs((at * 1024) / 48_000 - 0.36)).toBeLessThan(0.05);
  expect(Math.abs((part.length * 1024) / 48_000 - 0.44)).toBeLessThan(0.05);

  await rendering(odd, "slow.mp4", { fps: 10, audio: false, pieceFrames: 100 });
  const shown = Array.from({ length: 12 }, (_, frame) => Math.min(count - 1, Math.floor(frame * 2.5)));
  expect(readNumbers(join(folder, "slow.mp4"))).toEqual({ below: shown, over: shown });
  expect(readMovie(join(folder, "slow.mp4")).sound).toHaveLength(0);
  const beyond = rendering(odd, "beyond.mp4", { frames: { first: 0, last: count } });
  await expect(beyond).rejects.toThrow("options.frames must end at 27 at most, as the input has 28 frames.");
});

test("a render that is a task of a job is given its input as well", async () => {
  const settings = { options: { input: odd, samples: 1, frames: { first: 4, last: 8 } }, parameters: {}, as: "mp4" };
  const input = { kind: "file", path: fileURLToPath(sceneFixture("over-input")) } as const;
  const output = mkdtempSync(join(folder, "task-"));
  const context = { progressed: () => undefined, signal: new AbortController().signal };
  const result = await work({ work: { kind: "render", settings }, input, output }, context);
  expect(result).toMatchObject({ output: "over-input.mp4", frames: 5 });
  expect(readNumbers(join(output, "over-input.mp4"))).toEqual({ below: numbers(4, 8), over: numbers(4, 8) });
});

test("DI2 frames that are not evenly spaced keep their times", async () => {
  const uneven = join(folder, "uneven.mkv");
  remakeMovie(
    ["-i", odd, "-vf", "select=not(mod(n\\,3))+not(mod(n\\,7))", "-fps_mode", "vfr", "-bf", "2", "-c:a", "copy"],
    uneven,
  );
  await rendering(uneven, "uneven-drawn.mkv");
  const [source, made] = [readMovie(uneven), readMovie(join(folder, "uneven-drawn.mkv"))];
  expect(
    new Set(source.times.slice(1).map((time, at) => Math.round(1000 * (time - (source.times[at] ?? 0))))).size,
  ).toBeGreaterThan(1);
  expect(made.times).toHaveLength(source.times.length);
  for (const [at, time] of made.times.entries()) {
    expect(Math.abs(time - (made.times[0] ?? 0) - ((source.times[at] ?? 0) - (source.times[0] ?? 0)))).toBeLessThan(
      0.0011,
    );
  }
  const { below, over } = readNumbers(join(folder, "uneven-drawn.mkv"));
  expect(below).toEqual(numbers(0, count - 1).filter((frame) => frame % 3 === 0 || frame % 7 === 0));
  expect(over).toEqual(numbers(0, below.length - 1));
  expect(soundOf(join(folder, "uneven-drawn.mkv"))).toEqual(soundOf(uneven));
});

test("an image is drawn over at its size, to the bit, and a folder of them in the order of their names", async () => {
  const pictures = join(folder, "pictures #1");
  mkdirSync(pictures);
  const pixels = Buffer.from(Array.from({ length: 90 * 48 * 3 }, (_, at) => (at * 37) % 256));
  const noise = sharp(pixels, { raw: { width: 90, height: 48, channels: 3 } });
  await noise.png().toFile(join(pictures, "2 é.png"));
  await sharp({ create: { width: 90, height: 48, channels: 3, background: "#ff0000" } })
    .webp({ lossless: true })
    .toFile(join(pictures, "10.webp"));
  // Lies on its side, and is of another size.
  await sharp({ create: { width: 30, height: 60, channels: 3, background: "#0000ff" } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toFile(join(pictures, "11.JPG"));
  writeFileSync(join(pictures, "notes.txt"), "none");

  await rendering(join(pictures, "2 é.png"), "still.png");
  const still = await sharp(join(folder, "still.png")).raw().toBuffer({ resolveWithObject: true });
  expect(still.info).toMatchObject({ width: 90, height: 48, channels: 3 });
  const half = 90 * 24 * 3;
  expect(still.data.subarray(0, half).equals(pixels.subarray(0, half))).toBe(true);

  await rendering(pictures, "frames/%02d.png");
  expect(readdirSync(join(folder, "frames")).sort()).toEqual(["00.png", "01.png", "02.png"]);
  const corner = async (name: string) => [
    ...(
      await sharp(join(folder, "frames", name))
        .raw()
        .toBuffer()
    ).subarray(0, 3),
  ];
  expect(await corner("01.png")).toEqual([255, 0, 0]);
  const [red = 255, green = 255, blue = 0] = await corner("02.png");
  expect([red < 4, green < 4, blue > 250]).toEqual([true, true, true]);
});

test("an input that is missing, empty or broken is said by its name, before anything is drawn or at the frame", async () => {
  const refused = async (input: string, sentence: RegExp | string) => {
    await expect(rendering(input, "refused.mp4")).rejects.toMatchObject({
      code: "input-failed",
      message: expect.stringMatching(sentence),
    });
  };
  // What it is found out to be is looked at by a process, which need not be started for each.
  const unfit = async (input: string, sentence: RegExp) => {
    await expect(describeInput(input)).rejects.toMatchObject({
      code: "input-failed",
      message: expect.stringMatching(sentence),
    });
  };
  await refused(join(folder, "not-there.mp4"), /There is no movie, picture or folder at .*not-there\.mp4/);
  mkdirSync(join(folder, "empty"));
  await unfit(join(folder, "empty"), /There are no pictures in .*empty/);
  writeFileSync(join(folder, "text.mp4"), "no movie");
  await unfit(join(folder, "text.mp4"), /text\.mp4 is no movie that FFmpeg can read/);
  writeFileSync(join(folder, "text.png"), "no picture");
  await unfit(join(folder, "text.png"), /text\.png is no picture that can be read/);
  // What there is of one that was cut off is drawn.
  const cut = join(folder, "cut.ts");
  remakeMovie(["-i", odd, "-c", "copy"], cut);
  truncateSync(cut, Math.floor(readFileSync(cut).length * 0.6));
  const { frames } = await rendering(cut, "cut.mp4", { pieceFrames: 100 });
  expect(frames.total).toBeGreaterThan(5);
  expect(frames.total).toBeLessThan(count);
  // Another input is another render.
  copyFileSync(odd, join(folder, "copy.mp4"));
  const stop = new AbortController();
  const stopped = rendering(join(folder, "copy.mp4"), "changed.mp4", {
    workers: 1,
    signal: stop.signal,
    onProgress: ({ pieces }) => pieces.done > 0 && stop.abort(),
  });
  await expect(stopped).rejects.toMatchObject({ code: "closed" });
  makeNumbered(join(folder, "copy.mp4"), count, { args: ["-crf", "20"] });
  await expect(rendering(join(folder, "copy.mp4"), "changed.mp4")).rejects.toThrow("another setting of input");
});
