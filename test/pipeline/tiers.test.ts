/** Two viewers of one real scene: what one is sent follows its own way, and the other's pictures stay as they are. */

import { expect, test } from "vitest";
import { sceneFixture } from "../support/render-probe.ts";
import { SceneSession, type SessionViewer } from "../support/scene-session.ts";
import { sizesOf } from "../support/streamed.ts";

const qualityOf = (viewer: SessionViewer) => viewer.told.findLast(({ kind }) => kind === "quality");

test("one that wishes for little gets smaller pictures, and so does one whose way carries little, and the other notices nothing", async () => {
  await using scene = await SceneSession.start(sceneFixture("noise"));
  const [good, poor] = [scene.join("good", 1), scene.join("poor", 2)];
  await expect.poll(() => [good, poor].every(({ frames }) => frames.length > 10)).toBe(true);
  await expect.poll(() => scene.reports.at(-1)?.encoders).toBe(1);
  const keyFrames = (viewer: SessionViewer) => viewer.frames.filter(({ isKeyFrame }) => isKeyFrame).length;
  const before = keyFrames(good);
  poor.setView({ maxBitrateBps: 100_000 });
  const small = { size: { width: 160, height: 96 }, bitrateBps: 100_000 };
  await expect.poll(() => qualityOf(poor)).toMatchObject(small);
  await expect.poll(() => scene.reports.at(-1)?.encoders).toBe(2);
  const seen = good.frames.length;
  await expect.poll(() => good.frames.length).toBeGreaterThan(seen + 10);
  expect(qualityOf(good)).toMatchObject({ size: { width: 320 } });
  expect(keyFrames(good)).toBe(before);

  const poorBefore = keyFrames(poor);
  poor.setView({ maxBitrateBps: null });
  await expect.poll(() => scene.reports.at(-1)?.encoders).toBe(1);
  await expect.poll(() => qualityOf(poor)).toMatchObject({ size: { width: 320 } });
  await expect.poll(() => keyFrames(poor)).toBeGreaterThan(poorBefore);
  // It came back with a key frame of the encoder that both have, and may want more of them until it is found out by its acknowledgements.
  poor.carriesBps = 100_000;
  await expect.poll(() => qualityOf(poor)).toMatchObject({ size: { width: 160 } });
  expect(qualityOf(good)).toMatchObject({ size: { width: 320 } });
  const sizes = sizesOf(poor);
  expect(sizes.slice(0, 3)).toEqual(["320x192", "160x96", "320x192"]);
  expect(sizesOf(good)).toEqual(["320x192"]);
  const numbers = poor.frames.map(({ frame }) => frame);
  expect(numbers.every((frame, index) => index === 0 || frame > (numbers[index - 1] ?? 0))).toBe(true);
});
