/** Viewers whose ways carry very different amounts, in one real scene: each gets what it can take, and no other notices. */

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { now } from "../../shared/time.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { SceneSession } from "../support/scene-session.ts";
import { between, sizesOf } from "../support/streamed.ts";

/** Of what one had while nobody starved. Where cores are few, each further encoder takes something from all. */
const KEPT = 0.5;

test("one that starves gets smaller pictures at a lower rate, without a break, and the other all that it had", async () => {
  await using scene = await SceneSession.start(sceneFixture("noise"));
  const [good, poor] = [scene.join("good", 1), scene.join("poor", 2)];
  await expect.poll(() => good.frames.length > 60 && poor.frames.length > 60).toBe(true);
  expect(scene.reports.at(-1)?.encoders).toBe(1);
  const before = now();
  await sleep(1500);
  const starved = now();
  poor.setView({ maxBitrateBps: 100_000 });
  await sleep(4000);
  const [undisturbed, disturbed] = [between(good, before, starved), between(good, starved, now())];
  expect(disturbed.keyFrames).toBe(0);
  expect(disturbed.fps).toBeGreaterThan(KEPT * undisturbed.fps);
  expect(disturbed.bitsPerSecond).toBeGreaterThan(KEPT * undisturbed.bitsPerSecond);
  expect(between(poor, starved + 2000, now()).bitsPerSecond).toBeLessThan(160_000);
  const quality = poor.told.findLast(({ kind }) => kind === "quality");
  expect(quality).toMatchObject({ size: { width: 160, height: 96 }, bitrateBps: 100_000 });
  expect(good.told.findLast(({ kind }) => kind === "quality")).toMatchObject({ size: { width: 320 }, maxFps: 60 });
  expect(scene.reports.at(-1)?.encoders).toBe(2);

  poor.setView({ maxBitrateBps: null });
  await expect.poll(() => scene.reports.at(-1)?.encoders).toBe(1);
  const sizes = sizesOf(poor);
  expect([sizes[0], sizes.includes("160x96"), sizes.at(-1)]).toEqual(["320x192", true, "320x192"]);
  expect(sizesOf(good)).toEqual(["320x192"]);
  const numbers = poor.frames.map(({ frame }) => frame);
  expect(numbers.every((frame, index) => index === 0 || frame > (numbers[index - 1] ?? 0))).toBe(true);
});

test("a way that carries little is found out by its acknowledgements, and costs the others nothing", async () => {
  await using scene = await SceneSession.start(sceneFixture("noise"));
  const [good, poor] = [scene.join("good", 1), scene.join("poor", 2)];
  await expect.poll(() => good.frames.length > 60 && poor.frames.length > 60).toBe(true);
  const before = now();
  await sleep(1500);
  const starved = now();
  poor.carriesBps = 600_000;
  await sleep(6000);
  const [undisturbed, disturbed] = [between(good, before, starved), between(good, starved, now())];
  expect(disturbed.keyFrames).toBe(0);
  expect(disturbed.fps).toBeGreaterThan(KEPT * undisturbed.fps);
  expect(disturbed.bitsPerSecond).toBeGreaterThan(KEPT * undisturbed.bitsPerSecond);
  const late = between(poor, starved + 3500, now());
  expect(late.bitsPerSecond).toBeLessThan(650_000);
  expect(late.bitsPerSecond).toBeGreaterThan(200_000);
  expect(late.fps).toBeGreaterThan(5);
  expect(sizesOf(poor)[0]).toBe("320x192");
});
