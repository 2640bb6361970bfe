/** Viewers whose ways carry very different amounts, in one real scene: each gets what it can take, and no other notices. */

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { now } from "../../shared/time.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { SceneSession, type SessionViewer } from "../support/scene-session.ts";
import { decodePictures } from "../support/video-decoder.ts";

/** What came between two moments. */
function between(viewer: SessionViewer, from: number, to: number) {
  const frames = viewer.frames.filter(({ at }) => at >= from && at < to);
  const bytes = frames.reduce((sum, { data }) => sum + data.length, 0);
  return {
    fps: (frames.length * 1000) / (to - from),
    bitsPerSecond: (bytes * 8000) / (to - from),
    keyFrames: frames.filter(({ isKeyFrame }) => isKeyFrame).length,
  };
}

/** Decodes all that came, finds fault with what no decoder takes, and tells the sizes in their order. */
function sizesOf({ frames }: SessionViewer): string[] {
  const pictures = decodePictures(
    frames[0]?.codec ?? "h264",
    frames.map(({ data }) => data),
  );
  expect(pictures).toHaveLength(frames.length);
  const sizes = pictures.map(({ width, height }) => `${width}x${height}`);
  const changes = sizes.flatMap((size, index) => (index > 0 && size !== sizes[index - 1] ? [index] : []));
  expect(changes.every((index) => frames[index]?.isKeyFrame)).toBe(true);
  return sizes.filter((_size, index) => index === 0 || changes.includes(index));
}

test("one that starves gets smaller pictures at a lower rate, without a break, and the other all that it had", async () => {
  await using scene = await SceneSession.start(sceneFixture("noise"));
  const [good, poor] = [scene.join("good", 1), scene.join("poor", 2)];
  await expect.poll(() => good.frames.length > 60 && poor.frames.length > 60, { timeout: 5000 }).toBe(true);
  expect(scene.reports.at(-1)?.encoders).toBe(1);
  const before = now();
  await sleep(1500);
  const starved = now();
  poor.setView({ maxBitrateBps: 100_000 });
  await sleep(4000);
  const [undisturbed, disturbed] = [between(good, before, starved), between(good, starved, now())];
  expect(disturbed.keyFrames).toBe(0);
  expect(disturbed.fps).toBeGreaterThan(0.8 * undisturbed.fps);
  expect(disturbed.bitsPerSecond).toBeGreaterThan(0.8 * undisturbed.bitsPerSecond);
  expect(between(poor, starved + 2000, now()).bitsPerSecond).toBeLessThan(160_000);
  const quality = poor.told.findLast(({ kind }) => kind === "quality");
  expect(quality).toMatchObject({ size: { width: 160, height: 96 }, bitrateBps: 100_000 });
  expect(good.told.findLast(({ kind }) => kind === "quality")).toMatchObject({ size: { width: 320 }, maxFps: 60 });
  expect(scene.reports.at(-1)?.encoders).toBe(2);

  poor.setView({ maxBitrateBps: null });
  await expect.poll(() => scene.reports.at(-1)?.encoders, { timeout: 8000 }).toBe(1);
  const sizes = sizesOf(poor);
  expect([sizes[0], sizes.includes("160x96"), sizes.at(-1)]).toEqual(["320x192", true, "320x192"]);
  expect(sizesOf(good)).toEqual(["320x192"]);
  const numbers = poor.frames.map(({ frame }) => frame);
  expect(numbers.every((frame, index) => index === 0 || frame > (numbers[index - 1] ?? 0))).toBe(true);
}, 30_000);

test("a way that carries little is found out by its acknowledgements, and costs the others nothing", async () => {
  await using scene = await SceneSession.start(sceneFixture("noise"));
  const [good, poor] = [scene.join("good", 1), scene.join("poor", 2)];
  await expect.poll(() => good.frames.length > 60 && poor.frames.length > 60, { timeout: 5000 }).toBe(true);
  const before = now();
  await sleep(1500);
  const starved = now();
  poor.carriesBps = 600_000;
  await sleep(7000);
  const [undisturbed, disturbed] = [between(good, before, starved), between(good, starved, now())];
  expect(disturbed.keyFrames).toBe(0);
  expect(disturbed.fps).toBeGreaterThan(0.8 * undisturbed.fps);
  expect(disturbed.bitsPerSecond).toBeGreaterThan(0.8 * undisturbed.bitsPerSecond);
  const late = between(poor, starved + 4000, now());
  expect(late.bitsPerSecond).toBeLessThan(650_000);
  expect(late.bitsPerSecond).toBeGreaterThan(200_000);
  expect(late.fps).toBeGreaterThan(9);
  expect(sizesOf(poor)[0]).toBe("320x192");
}, 30_000);

test("a viewer in a small window is sent no more pixels than it shows", async () => {
  await using scene = await SceneSession.start(sceneFixture("animated"));
  const viewer = scene.join("small", 1);
  viewer.setView({ shown: { width: 160, height: 96 } });
  await expect.poll(() => viewer.frames.length, { timeout: 5000 }).toBeGreaterThan(0);
  await sleep(2000);
  expect(sizesOf(viewer).at(-1)).toBe("160x96");
  expect(viewer.told.findLast(({ kind }) => kind === "quality")).toMatchObject({ size: { width: 160, height: 96 } });
});

test("of a scene at rest a viewer is told once what it gets, and then no more", async () => {
  await using scene = await SceneSession.start(sceneFixture("quadrants"));
  const viewer = scene.join("viewer", 1);
  await expect.poll(() => viewer.told.some(({ kind }) => kind === "quality"), { timeout: 5000 }).toBe(true);
  await sleep(1500);
  const told = viewer.told.filter(({ kind }) => kind === "quality").length;
  await sleep(2500);
  expect(viewer.told.filter(({ kind }) => kind === "quality")).toHaveLength(told);
});

test.each(["vp8", "av1"] as const)(
  "%s, which is opened anew for another rate, can be decoded all the way too",
  async (codec) => {
    await using scene = await SceneSession.start(sceneFixture("noise"));
    const viewer = scene.join("viewer", 1, false, codec);
    await expect.poll(() => viewer.frames.length, { timeout: 5000 }).toBeGreaterThan(30);
    const early = between(viewer, now() - 400, now()).bitsPerSecond;
    viewer.setView({ maxBitrateBps: 300_000 });
    await sleep(9000);
    const late = now();
    await sleep(1500);
    expect(between(viewer, late, now()).bitsPerSecond).toBeLessThan(Math.min(900_000, 0.5 * early));
    expect(sizesOf(viewer)[0]).toBe("320x192");
  },
  30_000,
);
