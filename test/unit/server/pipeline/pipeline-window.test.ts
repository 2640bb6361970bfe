/** How the stages of a scene hear that the picture takes the shape of another window (server/pipeline/pipeline.ts). */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ViewWindow } from "../../../../shared/signaling.ts";
import { JoinedPipeline } from "./joined-pipeline.ts";

let scene: JoinedPipeline;

beforeEach(() => {
  vi.useFakeTimers();
  scene = new JoinedPipeline({ followsWindow: true });
});

afterEach(async () => {
  await scene.close();
});

test("the picture takes the shape of the window of who steers: encoders, scene and main process hear of it once", async () => {
  const [ann, bob] = [scene.join("ann"), scene.join("bob")];
  const say = (viewer: typeof ann, window: ViewWindow) =>
    viewer.say({ kind: "view", shown: null, window, preference: "auto", maxBitrateBps: null });
  scene.setControl("bob");
  say(ann, { width: 390, height: 844, ratio: 3 });
  await scene.move(500);
  expect(scene.render.received).toEqual([]);
  say(bob, { width: 640, height: 640, ratio: 1 });
  await scene.move(500);
  scene.setControl("ann");
  say(bob, { width: 1280, height: 720, ratio: 1 });
  await scene.move(500);
  const sizes = [
    { width: 640, height: 640 },
    { width: 652, height: 1412 },
  ];
  expect(scene.render.received).toEqual(sizes);
  expect(scene.sent.filter(({ kind }) => kind === "picture-resized")).toEqual(
    sizes.map((size) => ({ kind: "picture-resized", size })),
  );
  expect(scene.encoders.targets.get("h264 0")).toMatchObject({ size: sizes[1], of: sizes[1] });
});

test("a fixed size stays, whatever windows there are", async () => {
  await scene.close();
  scene = new JoinedPipeline();
  const ann = scene.join("ann");
  scene.setControl("ann");
  const window = { width: 390, height: 844, ratio: 3 };
  ann.say({ kind: "view", shown: null, window, preference: "auto", maxBitrateBps: null });
  await scene.move(500);
  expect(scene.render.received).toEqual([]);
  // Until the program that runs the server wants another, or none.
  scene.pipeline.handle({ kind: "size-wanted", size: { width: 300, height: 200 } });
  scene.pipeline.handle({ kind: "size-wanted", size: null });
  await scene.move(500);
  expect(scene.render.received).toEqual([
    { width: 300, height: 200 },
    { width: 652, height: 1412 },
  ]);
});
