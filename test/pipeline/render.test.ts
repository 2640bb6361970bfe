/**
 * Scenes rendered off the clock, by real processes: the same pictures whoever draws them and whatever is killed meanwhile, exact
 * pictures, state, chance, a path, a session again at another size, and sound as it was.
 */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { type RenderSceneOptions, renderScene } from "../../server/index.ts";
import { type LoggedEvent, lineOf } from "../../server/monitoring/logged-events.ts";
import { type RunningCommand, startCli } from "../support/cli.ts";
import { dragInput } from "../support/input-samples.ts";
import { readMovie } from "../support/movie-frames.ts";
import { descendantsRunning, processExists } from "../support/processes.ts";
import { RenderProbe, sceneFixture } from "../support/render-probe.ts";
import { writeAac, writeWave } from "../support/sound-file.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-render-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const size = { width: 160, height: 90 };

function rendering(scene: string, output: string, options: Partial<RenderSceneOptions> = {}) {
  const path = join(folder, output);
  const frames = { first: 0, last: 11 };
  return renderScene({
    scene: sceneFixture(scene),
    output: path,
    frames,
    size,
    samples: 2,
    pieceFrames: 4,
    ...options,
  });
}

async function pixels(name: string): Promise<Buffer> {
  return await sharp(join(folder, name)).raw().toBuffer();
}

/** Six frames in three pieces. */
const few = { frames: { first: 0, last: 5 }, pieceFrames: 2 } as const;

const start = (words: readonly string[], env: NodeJS.ProcessEnv = {}): RunningCommand =>
  startCli(["render", ...words], env);

/** A whole movie by one process after the other, that others are compared with. */
let whole: Promise<Buffer> | null = null;
function wholeMovie(): Promise<Buffer> {
  whole ??= rendering("by-chance", "whole.mp4", { ...few, workers: 1 }).then(() =>
    readFileSync(join(folder, "whole.mp4")),
  );
  return whole;
}

test("OR1 OS1 CW1 CW2 ME1 chance, date, timers, loads and promises are the same for one worker and three, one of which is killed", async () => {
  const messages: string[] = [];
  let killed = 0;
  // All of them are in the middle of their pieces then.
  const held = join(folder, "held-all.txt");
  writeFileSync(held, "1");
  vi.stubEnv("HELD_BY", held);
  onTestFinished(() => void vi.unstubAllEnvs());
  await rendering("kept-back", "three.mp4", {
    ...few,
    workers: 3,
    onMessage: (line) => messages.push(line),
    onProgress: () => {
      const [worker] = killed === 0 ? descendantsRunning(process.pid, "piece-process") : [];
      if (worker === undefined) return;
      killed = worker;
      process.kill(worker, "SIGKILL");
      rmSync(held);
    },
  });
  expect(readFileSync(join(folder, "three.mp4")).equals(await wholeMovie())).toBe(true);
  expect(killed).toBeGreaterThan(0);
  expect(messages).toContain("A process that did a piece of the work ended by SIGKILL. The piece is done again.");
  const movie = readMovie(join(folder, "whole.mp4"));
  expect(movie.pictures).toHaveLength(6);
  expect(new Set(movie.pictures).size).toBe(6);
  expect(movie.times.map((time) => Math.round(time * 30))).toEqual([0, 1, 2, 3, 4, 5]);
  expect(existsSync(join(folder, "whole.mp4.pieces"))).toBe(false);
  // Another seed is another picture.
  const one = { frames: { first: 0, last: 0 }, workers: 1 };
  await rendering("by-chance", "first.png", one);
  await rendering("by-chance", "seeded.png", { ...one, seed: 2 });
  expect((await pixels("seeded.png")).equals(await pixels("first.png"))).toBe(false);
});

test("OR2 OF1 a render that is killed as a whole goes on with the pieces that it finished, and Ctrl-C keeps them too", async () => {
  const held = join(folder, "held.txt");
  const scene = fileURLToPath(sceneFixture("kept-back"));
  const arguments_ = [scene, join(folder, "killed.mp4"), "--frames", "0..5", "--size", "160x90", "--samples", "2"];
  const command = [...arguments_, "--piece", "2", "--workers", "1"];
  const pieces = join(folder, "killed.mp4.pieces");
  const finished = (): number =>
    existsSync(pieces) ? readdirSync(pieces).filter((name) => name.endsWith(".mkv")).length : 0;

  // Its second piece does not end.
  writeFileSync(held, "3");
  const first = start(command, { HELD_BY: held });
  await expect.poll(finished, { timeout: 60_000 }).toBe(1);
  const workers = descendantsRunning(first.pid, "piece-process");
  // Nobody else may render into it meanwhile.
  const beside = await start(command).ended;
  expect(beside.said).toContain(`The process ${first.pid} renders into ${pieces} at this moment.`);
  expect(beside.code).toBe(8);
  first.child.kill("SIGKILL");
  await first.ended;
  await expect.poll(() => workers.some(processExists)).toBe(false);
  expect(existsSync(join(folder, "killed.mp4"))).toBe(false);

  // Its third piece does not begin.
  writeFileSync(held, "4");
  const second = start(command, { HELD_BY: held });
  await expect.poll(finished, { timeout: 60_000 }).toBe(2);
  second.child.kill("SIGINT");
  expect(await second.ended).toMatchObject({ code: 130, said: expect.stringContaining("the same command goes on") });

  const third = await start(command).ended;
  expect(third).toMatchObject({ code: 0, said: expect.stringContaining("4 of 6 frames are there.") });
  expect(third.said).toContain("6 frames, 4 of them by earlier runs");
  expect(existsSync(pieces)).toBe(false);
  expect(readFileSync(join(folder, "killed.mp4")).equals(await wholeMovie())).toBe(true);
});

test("a PNG is the exact picture at rest, to the bit, and pieces of pictures go on as well", async () => {
  await using probe = await RenderProbe.start(sceneFixture("orbit"), { size });
  probe.tell({ kind: "watched", watched: true });
  const rest = await probe.grabWhen(({ atRest }) => atRest);
  const options = { samples: 8, frames: { first: 7, last: 8 }, pieceFrames: 1 };
  await rendering("orbit", "still/f%03d.png", options);
  expect(readdirSync(join(folder, "still")).sort()).toEqual(["f007.png", "f008.png"]);
  const exact = await sharp(rest.pixels, { raw: { ...size, channels: 4 } })
    .removeAlpha()
    .flip()
    .raw()
    .toBuffer();
  expect((await pixels("still/f008.png")).equals(exact)).toBe(true);
  // Odd sizes too, and one picture without a number.
  await rendering("quadrants", "odd.png", { size: { width: 161, height: 91 }, frames: { first: 0, last: 0 } });
  expect(await sharp(join(folder, "odd.png")).metadata()).toMatchObject({ width: 161, height: 91, format: "png" });
});

test("OS2 timers in setup are waited for and pass no time of the frames, and those that go on begin with them", async () => {
  const options = { samples: 1, fps: 10, pieceFrames: 12 };
  await rendering("waits", "waits/%02d.png", options);
  await rendering("waits", "again/%02d.png", options);
  for (const name of readdirSync(join(folder, "waits"))) {
    expect(readFileSync(join(folder, "again", name)).equals(readFileSync(join(folder, "waits", name)))).toBe(true);
  }
  const [red = -1, green, blue] = await pixels("waits/00.png");
  expect([red, green, blue]).toEqual([0, 0, 0]);
  const [later, elapsed] = await pixels("waits/10.png");
  expect([later, elapsed]).toEqual([Math.round((10 / 20) * 255), Math.round(0.5 * 255)]);
});

test("OP1 a scene that hangs on its earlier frames is the same in pieces where it is warmed up, and not where it is not", async () => {
  const options = { samples: 1, frames: { first: 0, last: 7 }, pieceFrames: 4, workers: 2 };
  await rendering("stateful", "apart/%d.png", options);
  await rendering("stateful", "some/%d.png", { ...options, warmUp: 4 });
  // Each process does two of the four pieces.
  await rendering("stateful", "all/%d.png", { ...options, warmUp: "all", pieceFrames: 2 });
  await rendering("stateful", "whole/%d.png", { ...options, pieceFrames: 8 });
  const of = async (name: string): Promise<readonly string[]> =>
    await Promise.all(
      Array.from({ length: 8 }, async (_, frame) => (await pixels(`${name}/${frame}.png`)).toString("hex")),
    );
  const [apart, some, all, one] = await Promise.all(["apart", "some", "all", "whole"].map(of));
  expect(new Set(one).size).toBe(8);
  expect(all).toEqual(one);
  expect(some).toEqual(one);
  expect(apart?.slice(0, 4)).toEqual(one?.slice(0, 4));
  for (const frame of [4, 5, 6, 7]) expect(apart?.[frame]).not.toBe(one?.[frame]);
});

test("JM1 JM2 the sound of a file is copied bit by bit, from the time of the first frame on, and what cannot be is said", async () => {
  writeAac(join(folder, "tone.m4a"), 2);
  const samples = writeWave(join(folder, "tone.wav"), 2);
  const frames = { first: 0, last: 23 };
  const [aac, wave] = [join(folder, "tone.m4a"), join(folder, "tone.wav")];
  await rendering("animated", "sound.mp4", { audio: aac, frames, samples: 1, pieceFrames: 24 });
  const [source, copied] = [readMovie(aac).sound, readMovie(join(folder, "sound.mp4")).sound];
  const count = source.filter(({ time }) => time < 24 / 30).length;
  expect(count).toBeGreaterThan(30);
  expect(copied.map(({ data }) => data.toString("hex"))).toEqual(
    source.slice(0, count).map(({ data }) => data.toString("hex")),
  );
  expect(copied[20]?.time).toBeCloseTo(source[20]?.time ?? 0, 4);
  expect(readMovie(join(folder, "sound.mp4")).pictures).toHaveLength(24);

  const half = { frames: { first: 15, last: 29 }, pieceFrames: 15 };
  await rendering("animated", "later.mkv", { ...half, audio: wave, samples: 1 });
  const later = Buffer.concat(readMovie(join(folder, "later.mkv")).sound.map(({ data }) => data));
  const at = samples.indexOf(later.subarray(0, 400));
  expect(samples.subarray(at, at + later.length).equals(later)).toBe(true);
  // From half a second on, to within a packet, for half a second.
  expect(Math.abs(at / 2 / 48_000 - 0.5)).toBeLessThan(0.1);
  expect(later.length / 2 / 48_000).toBeGreaterThan(0.4);

  const first = { frames: { first: 0, last: 0 }, samples: 1 };
  const refused = rendering("animated", "sound.webm", { ...first, audio: aac });
  await expect(refused).rejects.toThrow(/sound\.webm cannot have the sound of .*tone\.m4a \(aac\) beside its pictures/);
  const none = rendering("animated", "none.mp4", { ...first, audio: join(folder, "still/f007.png") });
  await expect(none).rejects.toMatchObject({ code: "input-failed" });
});

test("your session again at another size: an event log is played, and the last picture is what the hand left", async () => {
  const log = join(folder, "log.gz");
  const scene = fileURLToPath(sceneFixture("orbit"));
  const hand = dragInput([
    [0.3, 0.5],
    [0.4, 0.52],
    [0.5, 0.55],
  ]);
  const events: (readonly [number, LoggedEvent])[] = [
    [0, { kind: "began", version: "1", scene, maxFps: 60, continues: false }],
    [1, { kind: "room", room: "", width: 160, height: 90, state: null }],
    [900, { kind: "status", room: "", status: "live", detail: null }],
    ...hand.map((event, at) => [1000 + 40 * at, { kind: "input", room: "", viewer: 1, event }] as const),
    [1300, { kind: "size", room: "", width: 90, height: 160 }],
  ];
  writeFileSync(log, gzipSync(`${events.map(([ms, event]) => lineOf(event, 0, ms)).join("\n")}\n`));
  const common = { replay: log, samples: 1, workers: 2, pieceFrames: 9, fps: 10 } as const;
  const { frames } = await renderScene({ ...common, output: join(folder, "session/%02d.png") });
  expect(frames.total).toBeGreaterThan(10);
  await renderScene({
    ...common,
    pieceFrames: 100,
    output: join(folder, "large/%02d.png"),
    size: { width: 320, height: 180 },
  });
  const last = `${String(frames.total - 1).padStart(2, "0")}.png`;
  expect(await sharp(join(folder, "session", last)).metadata()).toMatchObject(size);
  const [small, large] = [
    await pixels(`session/${last}`),
    await sharp(join(folder, "large", last))
      .resize({ ...size, fit: "fill" })
      .raw()
      .toBuffer(),
  ];
  const untouched = await pixels("session/00.png");
  expect(differenceOf(small, large)).toBeLessThan(4);
  expect(differenceOf(small, untouched)).toBeGreaterThan(8);
});

/** The mean difference of two pictures' bytes. */
function differenceOf(one: Buffer, other: Buffer): number {
  expect(one.length).toBe(other.length);
  return one.reduce((sum, value, at) => sum + Math.abs(value - (other[at] ?? 0)), 0) / one.length;
}

test("a path moves the camera and the state between its key frames", async () => {
  const camera = (x: number) => ({ position: [x, 1, 5], target: [0, 0, 0] });
  const path = [
    { time: 0, camera: camera(-3) },
    { time: 0.2, camera: camera(3) },
  ];
  await rendering("orbit", "path/%02d.png", { path, samples: 1, pieceFrames: 6 });
  const first = { frames: { first: 0, last: 0 }, samples: 1 };
  await rendering("orbit", "held/%02d.png", { ...first, path: [{ time: 0, camera: camera(0) }] });
  // At a tenth of a second it is in the middle.
  expect((await pixels("path/03.png")).equals(await pixels("held/00.png"))).toBe(true);
  expect((await pixels("path/06.png")).equals(await pixels("path/11.png"))).toBe(true);
  expect((await pixels("path/00.png")).equals(await pixels("path/06.png"))).toBe(false);
  const stateful = rendering("orbit", "stateful.mp4", { ...first, path: [{ time: 0, state: { zoom: 2 } }] });
  await expect(stateful).rejects.toThrow("The scene takes no state: what its setup() returns has no setState.");
});

test("OS3 JP2 what the scene throws ends the render with its sentence, file and line; an output that cannot be is said before", async () => {
  const thrown = rendering("throws-in-update", "thrown.mp4", { pieceFrames: 12 });
  await expect(thrown).rejects.toMatchObject({
    code: "scene-failed",
    message: expect.stringMatching(/throws-in-update\.ts:\d+:\d+/),
  });
  const missing = rendering("not-there", "missing.mp4");
  await expect(missing).rejects.toMatchObject({ code: "scene-missing" });
  writeFileSync(join(folder, "file"), "");
  await expect(rendering("animated", "file/out.mp4")).rejects.toMatchObject({ code: "output-failed" });
  writeFileSync(join(folder, "there.mp4"), "mine");
  const there = rendering("animated", "there.mp4");
  await expect(there).rejects.toThrow("there.mp4 is there already. Render with `overwrite` to replace what is there.");
  expect(readFileSync(join(folder, "there.mp4"), "utf8")).toBe("mine");
  expect(() => rendering("animated", "odd.mp4", { size: { width: 161, height: 90 } })).toThrow(/width must be an even/);
});
