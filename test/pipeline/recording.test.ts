/**
 * Recordings of real scenes: what viewers get is in the files, byte for byte, with the times, sizes and colours that were shown
 * (MX1 to MX4, WF1, WF2, SI2 to SI4).
 */

import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RecordOptions } from "../../server/recordings/record-options.ts";
import type { Recording } from "../../server/recordings/recording.ts";
import { RoomRecordings } from "../../server/recordings/room-recordings.ts";
import type { VideoCodec } from "../../shared/video.ts";
import { pointerInput } from "../support/input-samples.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { SceneSession, type SessionViewer } from "../support/scene-session.ts";
import { normalAnnexB, picturesOf, readVideoFile } from "../support/video-file.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-recording-"));
afterAll(() => rmSync(folder, { recursive: true }));

const size = { width: 320, height: 192 };
const corners = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const;
const shownColours = [
  [0xd0, 0x20, 0x30],
  [0x20, 0xb0, 0x40],
  [0x20, 0x40, 0xc8],
  [0xe0, 0xc0, 0x20],
];

function recordingsOf({ session }: SceneSession, replaySeconds: number | null = null): RoomRecordings {
  return new RoomRecordings({
    outputs: session.outputs,
    folder,
    defaults: { codec: null, cutRests: false },
    replaySeconds,
    bitrateBps: 8e6,
    title: () => "A scene",
  });
}

/** Records until the file has that many seconds. */
async function recordFor(scene: SceneSession, seconds: number, options: RecordOptions = {}): Promise<string> {
  const recording = recordingsOf(scene).start({ ...options, seconds });
  await recording.over;
  expect(recording.info).toMatchObject({ state: "ended", error: null });
  return recording.info.path;
}

/**
 * The longest run of sent packets that were all recorded, in their order: how many, and the index of the last. The viewer of a busy
 * machine may have been spared some of what was recorded.
 */
function longestRun(sent: readonly string[], recorded: readonly string[]): { count: number; end: number } {
  const runs = sent.map((_, begin) => {
    let next = 0;
    let count = 0;
    for (const packet of sent.slice(begin)) {
      const at = recorded.indexOf(packet, next);
      if (at === -1) break;
      next = at + 1;
      count += 1;
    }
    return { count, end: begin + count - 1 };
  });
  return runs.reduce((longest, run) => (run.count > longest.count ? run : longest), { count: 0, end: -1 });
}

async function untilWritten(recording: Recording, seconds: number): Promise<void> {
  await expect.poll(() => recording.info.seconds ?? 0, { timeout: 30_000 }).toBeGreaterThan(seconds);
}

describe("a scene at rest", () => {
  let scene: SceneSession;
  beforeAll(async () => {
    scene = await SceneSession.start(sceneFixture("quadrants"));
  });
  afterAll(() => scene?.close());

  // Those that are concurrent wait for nearly all of their time, and those of one codec share its encoder.
  test.concurrent("key frames come as often as they are wanted, and a player jumps to them", async ({ expect }) => {
    const path = await recordFor(scene, 2.6, { file: join(folder, "keys.mp4"), keyFrameSeconds: 1 });
    const { packets, soughtAt } = readVideoFile(path, 2000);
    const keyFrames = packets.filter(({ isKeyFrame }) => isKeyFrame).map(({ at }) => at);
    expect(keyFrames.length).toBeGreaterThanOrEqual(3);
    expect(soughtAt).toBeGreaterThan(500);
    expect(soughtAt).toBeLessThanOrEqual(2000);
  });

  test.concurrent.for([
    ["film.mp4", undefined, "h264"],
    ["film.mkv", undefined, "h264"],
    ["film.webm", undefined, "vp9"],
    ["film.webm", "vp8", "vp8"],
    ["film.webm", "av1", "av1"],
    ["film.mp4", "vp9", "vp9"],
    ["film.mp4", "av1", "av1"],
    ["film.mkv", "vp8", "vp8"],
  ] satisfies [string, VideoCodec | undefined, VideoCodec][])(
    "%s of %s has the colours of the scene, and as long as its rest took",
    async ([name, codec, expected], { expect }) => {
      const options = { file: join(folder, `${expected} ${name}`), ...(codec === undefined ? {} : { codec }) };
      const file = readVideoFile(await recordFor(scene, 1.5, options));
      expect(file).toMatchObject({ codec: expected, ...size });
      expect(file.seconds).toBeCloseTo(1.5, 1);
      const pictures = picturesOf(file);
      expect(pictures).toHaveLength(file.packets.length);
      const seen = corners.map(([x, y]) => pictures.at(-1)?.colourAt(x, y) ?? []);
      for (const [index, colour] of seen.entries()) {
        for (const [channel, value] of colour.entries()) {
          expect(Math.abs(value - (shownColours[index]?.[channel] ?? 999))).toBeLessThan(16);
        }
      }
    },
  );

  test("what cannot be a file, and where none can be, is said at once in words", async () => {
    const recordings = recordingsOf(scene);
    await expect(async () => recordings.start({ file: join(folder, "a\0.mp4") })).rejects.toThrow(TypeError);
    expect(() => recordings.start({ file: "/proc/film.mp4" })).toThrow(/\/proc\/film\.mp4 cannot be written: /);
    expect(recordings.counts.running).toBe(0);
  });

  test("rests are cut to a second", async () => {
    const ann = scene.join("ann", 1);
    scene.session.viewers.setControllers(["ann"]);
    await expect.poll(() => ann.frames.length).toBeGreaterThan(0);
    const recordings = recordingsOf(scene);
    const recording = recordings.start({ cutRests: true, file: join(folder, "cut.mp4") });
    await sleep(2500);
    const before = ann.frames.length;
    ann.input(pointerInput("down"));
    await expect.poll(() => ann.frames.length).toBeGreaterThan(before);
    await recordings.stop(recording);
    const file = readVideoFile(recording.info.path);
    expect(file.seconds).toBeLessThan(2);
    expect(file.seconds).toBeGreaterThan(0.9);
  });
});

/** One after the other with the same scene: the last one ends it. */
describe("a scene that moves", () => {
  let scene: SceneSession;
  let ann: SessionViewer;
  beforeAll(async () => {
    scene = await SceneSession.start(sceneFixture("animated"), { followsWindow: true, maxFps: 30 });
    ann = scene.join("ann", 1);
  });
  afterAll(() => scene?.close());

  // Again where the machine was so busy that the viewer was spared pictures, after which it needs a key frame.
  test("MX4: what a viewer gets is in the file byte for byte, and without a viewer it is no other", {
    retry: 2,
  }, async () => {
    await expect.poll(() => ann.frames.length).toBeGreaterThan(5);
    const keyFramesBefore = ann.frames.filter(({ isKeyFrame }) => isKeyFrame).length;
    const path = await recordFor(scene, 1.5);
    const file = readVideoFile(path, 700);
    const sent = ann.frames.map(({ data }) => key("h264", data));
    const recorded = file.packets.map(({ data }) => Buffer.from(data).toString("base64"));
    expect(recorded.length).toBeGreaterThan(20);
    const begin = sent.indexOf(recorded[0] ?? "");
    expect(begin).toBeGreaterThan(0);
    expect(sent.slice(begin, begin + recorded.length)).toEqual(recorded);
    // SI4: one key frame, with which the recording begins, and no second encoding.
    expect(ann.frames.filter(({ isKeyFrame }) => isKeyFrame)).toHaveLength(keyFramesBefore + 1);
    expect(Math.max(...scene.reports.map(({ encoders }) => encoders))).toBe(1);
    expect(file.packets.map(({ isKeyFrame }) => isKeyFrame).indexOf(true, 1)).toBe(-1);
    expect(file).toMatchObject({ codec: "h264", ...size });
    expect(file.seconds).toBeCloseTo(1.5, 1);
    const gaps = file.packets.slice(1).map(({ at }, index) => at - (file.packets[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(0);
  });

  test("what was recorded can be played while it goes on", async () => {
    const recordings = recordingsOf(scene);
    const recording = recordings.start({ file: join(folder, "growing.mp4") });
    await untilWritten(recording, 1);
    const copy = join(folder, "copy.mp4");
    copyFileSync(recording.info.path, copy);
    await recordings.stop(recording);
    expect(picturesOf(readVideoFile(copy)).length).toBeGreaterThan(10);
  });

  test("MX3, WF2: a full disk is told at once, and ends that recording alone", async () => {
    const recordings = recordingsOf(scene);
    const good = recordings.start({ file: join(folder, "good.mp4") });
    await untilWritten(good, 0.3);
    // What is written goes to a device that is always full, from when it is opened.
    const pid = scene.session.pid ?? Number.NaN;
    process.kill(pid, "SIGSTOP");
    const bad = recordings.start({ file: join(folder, "bad.mp4") });
    rmSync(bad.info.path);
    symlinkSync("/dev/full", bad.info.path);
    process.kill(pid, "SIGCONT");
    await bad.over;
    expect(bad.info).toMatchObject({
      state: "failed",
      error: `${bad.info.path} cannot be written: the disk is full.`,
    });
    const failedAt = good.info.seconds ?? 0;
    expect(failedAt).toBeLessThan(10);
    await untilWritten(good, failedAt + 0.7);
    await recordings.stop(good);
    expect(picturesOf(readVideoFile(good.info.path)).length).toBeGreaterThan(10);
  });

  test("a replay buffer gives the last seconds, from a key frame on, and takes nothing from viewers (SI3, SI4)", async () => {
    const before = ann.frames.filter(({ isKeyFrame }) => isKeyFrame).length;
    const recordings = recordingsOf(scene, 1);
    recordings.replay?.setWatched(true);
    // Of five seconds and a half it holds one, the rest of a group of two, and what was not told of yet.
    await sleep(5500);
    expect(recordings.replay?.figures.seconds).toBeGreaterThan(1);
    expect(recordings.replay?.figures.seconds).toBeLessThan(1 + 3.5);
    const info = await recordings.saveReplay({ file: join(folder, "clip.mp4") });
    const clip = readVideoFile(info.path);
    expect(clip.packets[0]).toMatchObject({ isKeyFrame: true, at: 0 });
    expect(clip.seconds).toBeGreaterThanOrEqual(1);
    expect(clip.seconds).toBeLessThan(1 + 3.5);
    expect(picturesOf(clip)).toHaveLength(clip.packets.length);
    const short = readVideoFile((await recordings.saveReplay({ seconds: 0.2, file: join(folder, "short.mkv") })).path);
    expect(short.seconds).toBeLessThan(3.2);
    expect(short.packets[0]?.isKeyFrame).toBe(true);
    recordings.close();
    // The buffer alone had three or more; where the machine is busy, a viewer has one of its own now and then.
    expect(ann.frames.filter(({ isKeyFrame }) => isKeyFrame).length).toBeLessThan(before + 3);
  });

  test("a change of size goes on in the same file", async () => {
    const recordings = recordingsOf(scene);
    const recording = recordings.start({ file: join(folder, "sizes.mp4") });
    await untilWritten(recording, 0.5);
    const other = { width: 256, height: 240 };
    const resized = new Promise((resolve) => scene.session.on("resized", resolve));
    scene.session.wantedSize.want(other);
    await resized;
    await untilWritten(recording, (recording.info.seconds ?? 0) + 0.7);
    await recordings.stop(recording);
    const pictures = picturesOf(readVideoFile(recording.info.path));
    const sizes = new Set(pictures.map(({ width, height }) => `${width}x${height}`));
    expect(sizes).toEqual(new Set(["320x192", "256x240"]));
    expect(`${pictures.at(-1)?.width}x${pictures.at(-1)?.height}`).toBe("256x240");
  });

  test("WF1: a process that is killed costs each file one picture at most, and recordings go on in files of their own (RD1)", async () => {
    const ben = scene.join("ben", 2, false, "vp9");
    await expect.poll(() => ben.frames.length).toBeGreaterThan(5);
    const recordings = recordingsOf(scene);
    const files = (["mp4", "mkv", "webm"] as const).map((container) => {
      const [codec, viewer] = container === "webm" ? (["vp9", ben] as const) : (["h264", ann] as const);
      return { container, codec, viewer, recording: recordings.start({ file: join(folder, `killed.${container}`) }) };
    });
    await Promise.all(files.map(({ recording }) => untilWritten(recording, 1)));
    const told = files.map(({ recording }) => recording.info.path);
    await scene.restart();
    for (const [index, { codec, viewer }] of files.entries()) {
      const path = told[index] ?? "";
      const killed = readVideoFile(path);
      const sent = viewer.frames.map(({ data }) => key(codec, data));
      const recorded = killed.packets.map(({ data }) => key(codec, data));
      const run = longestRun(sent, recorded);
      expect(run.count).toBeGreaterThan(recorded.length / 2);
      // One waits in the thread for the next; another may have been on its way there.
      const ended = viewer.frames.findLastIndex(({ at }) => at < statSync(path).mtimeMs + 200);
      expect(ended - run.end).toBeLessThanOrEqual(2);
      expect(picturesOf(killed)).toHaveLength(recorded.length);
    }
    await Promise.all(files.map(({ recording }) => untilWritten(recording, 0.5)));
    await Promise.all(files.map(({ recording }) => recordings.stop(recording)));
    const names = files.flatMap(({ container }) => [`killed.${container}`, `killed-2.${container}`]);
    expect(recordings.infos.map(({ file, state }) => `${file} ${state}`).sort()).toEqual(
      names.map((name) => `${name} ended`).sort(),
    );
    for (const { recording } of files) expect(readVideoFile(recording.info.path).packets[0]?.isKeyFrame).toBe(true);
  });

  test("the end of the scene ends its files in order", async () => {
    const own = join(folder, "own");
    const recordings = recordingsOf(scene);
    const recording = recordings.start({ file: join(own, "film.mp4") });
    await untilWritten(recording, 1);
    await Promise.all([scene.close(), recording.over]);
    expect(recording.info).toMatchObject({ state: "ended", error: null });
    // Only a file that was ended has its index, and none of the pieces that it was written in.
    const { seconds, packets } = readVideoFile(recording.info.path);
    expect(seconds).toBeGreaterThan(1);
    expect(packets.length).toBeGreaterThan(10);
    expect(readdirSync(own)).toEqual(["film.mp4"]);
  });
});

function key(codec: VideoCodec, data: Uint8Array): string {
  return Buffer.from(codec === "h264" ? normalAnnexB(data) : data).toString("base64");
}
