/**
 * Recordings of real scenes: what viewers get is in the files, byte for byte, with the times, sizes and colours that were shown
 * (MX1 to MX4, WF1, WF2, SI2 to SI4).
 */

import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Container } from "../../server/encode/mux/mux-protocol.ts";
import type { RecordOptions } from "../../server/recordings/record-options.ts";
import type { Recording } from "../../server/recordings/recording.ts";
import { RoomRecordings } from "../../server/recordings/room-recordings.ts";
import type { VideoCodec } from "../../shared/video.ts";
import { pointerInput } from "../support/input-samples.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { SceneSession } from "../support/scene-session.ts";
import { normalAnnexB, picturesOf, readVideoFile } from "../support/video-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scenecast-recording-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

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
async function recordFor(recordings: RoomRecordings, seconds: number, options: RecordOptions = {}): Promise<string> {
  const recording = recordings.start({ ...options, seconds });
  await recording.over;
  expect(recording.info).toMatchObject({ state: "ended", error: null });
  return recording.info.path;
}

async function untilWritten(recording: Recording, seconds: number): Promise<void> {
  await expect.poll(() => recording.info.seconds ?? 0, { timeout: 30_000 }).toBeGreaterThan(seconds);
}

test("MX4: what a viewer gets is in the file byte for byte, and without a viewer it is no other", async () => {
  await using scene = await SceneSession.start(sceneFixture("animated"));
  const ann = scene.join("ann", 1);
  await expect.poll(() => ann.frames.length).toBeGreaterThan(30);
  const keyFramesBefore = ann.frames.filter(({ isKeyFrame }) => isKeyFrame).length;
  const path = await recordFor(recordingsOf(scene), 2);
  const file = readVideoFile(path, 1000);
  const sent = ann.frames.map(({ data }) => Buffer.from(normalAnnexB(data)).toString("base64"));
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
  expect(file.seconds).toBeCloseTo(2, 1);
  const gaps = file.packets.slice(1).map(({ at }, index) => at - (file.packets[index]?.at ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(0);
});

test.each([
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
  async (name, codec, expected) => {
    await using scene = await SceneSession.start(sceneFixture("quadrants"));
    const options = { file: join(folder, name), ...(codec === undefined ? {} : { codec }) };
    const file = readVideoFile(await recordFor(recordingsOf(scene), 1.5, options));
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

test("key frames come as often as they are wanted, at rest too, and a player jumps to them", async () => {
  await using scene = await SceneSession.start(sceneFixture("quadrants"));
  const path = await recordFor(recordingsOf(scene), 4, { keyFrameSeconds: 1 });
  const { packets, soughtAt } = readVideoFile(path, 2500);
  const keyFrames = packets.filter(({ isKeyFrame }) => isKeyFrame).map(({ at }) => at);
  expect(keyFrames.length).toBeGreaterThanOrEqual(3);
  expect(soughtAt).toBeGreaterThan(1000);
  expect(soughtAt).toBeLessThanOrEqual(2500);
});

test("rests are cut to a second", async () => {
  await using scene = await SceneSession.start(sceneFixture("quadrants"));
  const ann = scene.join("ann", 1);
  scene.session.viewers.setControllers(["ann"]);
  await expect.poll(() => ann.frames.length).toBeGreaterThan(0);
  const recording = recordingsOf(scene).start({ cutRests: true, file: join(folder, "cut.mp4"), seconds: 5 });
  await sleep(3500);
  ann.input(pointerInput("down"));
  await recording.over;
  const file = readVideoFile(recording.info.path);
  expect(file.seconds).toBeLessThan(3);
  expect(file.seconds).toBeGreaterThan(0.9);
});

test("a change of size goes on in the same file", async () => {
  await using scene = await SceneSession.start(sceneFixture("animated"), { followsWindow: true });
  const recordings = recordingsOf(scene);
  const recording = recordings.start({ file: join(folder, "sizes.mp4") });
  await untilWritten(recording, 1);
  const other = { width: 256, height: 240 };
  scene.session.wantedSize.want(other);
  await sleep(1500);
  await untilWritten(recording, 3);
  await recordings.stop(recording);
  const pictures = picturesOf(readVideoFile(recording.info.path));
  const sizes = new Set(pictures.map(({ width, height }) => `${width}x${height}`));
  expect(sizes).toEqual(new Set(["320x192", "256x240"]));
  expect(`${pictures.at(-1)?.width}x${pictures.at(-1)?.height}`).toBe("256x240");
});

describe.each(["mp4", "mkv", "webm"] satisfies Container[])(
  "a scene's process that is killed in the middle, %s",
  (container) => {
    test("WF1: costs one picture at most, and the recording goes on in a file of its own (RD1)", async () => {
      await using scene = await SceneSession.start(sceneFixture("animated"));
      const codec = container === "webm" ? "vp9" : "h264";
      const ann = scene.join("ann", 1, false, codec);
      await expect.poll(() => ann.frames.length).toBeGreaterThan(5);
      const recordings = recordingsOf(scene);
      const recording = recordings.start({ file: join(folder, `film.${container}`) });
      await untilWritten(recording, 1.5);
      const told = recording.info;
      await scene.restart();
      const killed = readVideoFile(told.path);
      const sent = ann.frames.map(({ data }) => key(codec, data));
      const recorded = killed.packets.map(({ data }) => key(codec, data));
      const begin = sent.indexOf(recorded[0] ?? "");
      expect(begin).toBeGreaterThanOrEqual(0);
      expect(sent.slice(begin, begin + recorded.length)).toEqual(recorded);
      // One waits in the thread for the next; another may have been on its way there.
      const ended = ann.frames.findLastIndex(({ at }) => at < statSync(told.path).mtimeMs + 200);
      expect(ended - begin + 1 - recorded.length).toBeLessThanOrEqual(2);
      expect(picturesOf(killed)).toHaveLength(recorded.length);
      await untilWritten(recording, 1);
      await recordings.stop(recording);
      expect(recordings.infos.map(({ file, state }) => [file, state])).toEqual([
        [`film-2.${container}`, "ended"],
        [`film.${container}`, "ended"],
      ]);
      expect(readVideoFile(recording.info.path).packets[0]?.isKeyFrame).toBe(true);
    });
  },
);

function key(codec: VideoCodec, data: Uint8Array): string {
  return Buffer.from(codec === "h264" ? normalAnnexB(data) : data).toString("base64");
}

test("what was recorded can be played while it goes on", async () => {
  await using scene = await SceneSession.start(sceneFixture("animated"));
  const recordings = recordingsOf(scene);
  const recording = recordings.start({ file: join(folder, "film.mp4") });
  await untilWritten(recording, 1.5);
  const copy = join(folder, "copy.mp4");
  copyFileSync(recording.info.path, copy);
  expect(picturesOf(readVideoFile(copy)).length).toBeGreaterThan(10);
  await recordings.stop(recording);
});

test("MX3, WF2: a full disk is told at once, and ends that recording alone", async () => {
  await using scene = await SceneSession.start(sceneFixture("animated"));
  const recordings = recordingsOf(scene);
  const good = recordings.start({ file: join(folder, "good.mp4") });
  const bad = recordings.start({ file: join(folder, "bad.mp4") });
  const begun = performance.now();
  // What is written goes to a device that is always full.
  rmSync(bad.info.path);
  symlinkSync("/dev/full", bad.info.path);
  await bad.over;
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect(bad.info).toMatchObject({ state: "failed", error: `${bad.info.path} cannot be written: the disk is full.` });
  await untilWritten(good, 1.5);
  await recordings.stop(good);
  expect(picturesOf(readVideoFile(good.info.path)).length).toBeGreaterThan(10);
});

test("what cannot be a file, and where none can be, is said at once in words", async () => {
  await using scene = await SceneSession.start(sceneFixture("quadrants"));
  const recordings = recordingsOf(scene);
  await expect(async () => recordings.start({ file: join(folder, "a\0.mp4") })).rejects.toThrow(TypeError);
  expect(() => recordings.start({ file: "/proc/film.mp4" })).toThrow(/\/proc\/film\.mp4 cannot be written: /);
  expect(recordings.counts.running).toBe(0);
});

describe("a replay buffer", () => {
  test("gives the last seconds, from a key frame on, and takes nothing from viewers (SI3, SI4)", async () => {
    await using scene = await SceneSession.start(sceneFixture("animated"));
    const ann = scene.join("ann", 1);
    await expect.poll(() => ann.frames.length).toBeGreaterThan(5);
    const before = ann.frames.filter(({ isKeyFrame }) => isKeyFrame).length;
    const recordings = recordingsOf(scene, 4);
    recordings.replay?.setWatched(true);
    await sleep(10_000);
    // Of ten seconds it holds four, the rest of a group of two, and what was not told of yet.
    expect(recordings.replay?.figures.seconds).toBeGreaterThan(4);
    expect(recordings.replay?.figures.seconds).toBeLessThan(4 + 2.5);
    const info = await recordings.saveReplay({ file: join(folder, "clip.mp4") });
    const clip = readVideoFile(info.path);
    expect(clip.packets[0]).toMatchObject({ isKeyFrame: true, at: 0 });
    expect(clip.seconds).toBeGreaterThanOrEqual(4);
    expect(clip.seconds).toBeLessThan(4 + 2.5);
    expect(picturesOf(clip)).toHaveLength(clip.packets.length);
    const short = readVideoFile((await recordings.saveReplay({ seconds: 1, file: join(folder, "short.mkv") })).path);
    expect(short.seconds).toBeLessThan(3.5);
    expect(short.packets[0]?.isKeyFrame).toBe(true);
    // The buffer alone had five or more; where the machine is busy, a viewer has one of its own now and then.
    expect(ann.frames.filter(({ isKeyFrame }) => isKeyFrame).length).toBeLessThan(before + 3);
  });
});

test("the end of the scene ends its files in order", async () => {
  const scene = await SceneSession.start(sceneFixture("animated"));
  const recordings = recordingsOf(scene);
  const recording = recordings.start({ file: join(folder, "film.mp4") });
  await untilWritten(recording, 1.5);
  const closing = scene.close();
  await Promise.all([closing, recording.over]);
  expect(recording.info).toMatchObject({ state: "ended", error: null });
  // Only a file that was ended has its index, and none of the pieces that it was written in.
  const { seconds, packets } = readVideoFile(recording.info.path);
  expect(seconds).toBeGreaterThan(1.5);
  expect(packets.length).toBeGreaterThan(10);
  expect(readdirSync(folder).filter((name) => existsSync(join(folder, name)))).toEqual(["film.mp4"]);
});
