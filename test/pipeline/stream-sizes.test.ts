/** The size and the rate of what a viewer is sent, as it wishes or as its way carries: each picture is decoded again. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { now } from "../../shared/time.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { SceneSession } from "../support/scene-session.ts";
import { between, sizesOf } from "../support/streamed.ts";
import { untilSteady } from "../support/until-steady.ts";

test("a viewer in a small window is sent no more pixels than it shows", async () => {
  await using scene = await SceneSession.start(sceneFixture("animated"), { maxFps: 30 });
  const viewer = scene.join("small", 1);
  viewer.setView({ shown: { width: 160, height: 96 } });
  const size = { width: 160, height: 96 };
  await expect.poll(() => viewer.told.findLast(({ kind }) => kind === "quality")).toMatchObject({ size });
  await expect.poll(() => sizesOf(viewer).at(-1), { interval: 400 }).toBe("160x96");
});

test("of a scene at rest a viewer is told once what it gets, and then no more", async () => {
  await using scene = await SceneSession.start(sceneFixture("quadrants"));
  const viewer = scene.join("viewer", 1);
  await expect.poll(() => viewer.told.some(({ kind }) => kind === "quality")).toBe(true);
  // What it gets is looked at once a second.
  const told = () => viewer.told.filter(({ kind }) => kind === "quality").length;
  expect(await untilSteady(told, 3000)).toBeLessThan(4);
});

describe("of a picture that no encoder can foresee", () => {
  let scene: SceneSession;
  beforeAll(async () => {
    scene = await SceneSession.start(sceneFixture("noise"), { maxFps: 30 });
  });
  afterAll(() => scene?.close());

  test.concurrent.for([
    ["vp8", 1],
    ["av1", 2],
  ] as const)(
    "%s, which is opened anew for another rate, can be decoded all the way too",
    async ([codec, person], { expect }) => {
      const viewer = scene.join(codec, person, false, codec);
      await expect.poll(() => viewer.frames.length).toBeGreaterThan(15);
      const early = between(viewer, now() - 400, now()).bitsPerSecond;
      viewer.setView({ maxBitrateBps: 300_000 });
      const limit = Math.min(900_000, 0.5 * early);
      const lately = () => between(viewer, now() - 1500, now());
      const isSlow = () => lately().bitsPerSecond < limit && lately().fps > 2;
      // A busy machine may draw so few frames that they are within the limit before.
      const isAnew = () => viewer.frames.filter(({ isKeyFrame }) => isKeyFrame).length > 1;
      await expect.poll(() => [isSlow(), isAnew()], { interval: 200 }).toEqual([true, true]);
      expect(sizesOf(viewer)[0]).toBe("320x192");
    },
  );
});
