/** Several viewers of a real scene: who steers it, who looks away, what they and the scene say to each other. */

import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MessageSender } from "../../server/session/session-protocol.ts";
import { decodeMessage, encodeMessage, type MessageData } from "../../shared/custom-message.ts";
import { now } from "../../shared/time.ts";
import { keyInput, pointerInput } from "../support/input-samples.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { SceneSession } from "../support/scene-session.ts";
import { untilSteady } from "../support/until-steady.ts";
import { decodePictures } from "../support/video-decoder.ts";

const ann: MessageSender = { person: 1, name: "Ann", role: "controller", hasControl: true };
const bob: MessageSender = { person: 2, name: "Bob", role: "viewer", hasControl: false };

/** At once, on a machine that may be busy. What is waited for until somebody asks again takes seconds. */
const AT_ONCE_MS = 1000;

/** The picture as it is now, exactly. */
async function pixelsOf({ session }: SceneSession): Promise<Buffer> {
  const { bytes } = await session.pictures.takeSnapshot({ format: "png", quality: 100, size: null }, []);
  return await sharp(bytes ?? new Uint8Array())
    .raw()
    .toBuffer();
}

async function centreOf(scene: SceneSession): Promise<number[]> {
  const pixels = await pixelsOf(scene);
  const at = (96 * 320 + 160) * 3;
  return [...pixels.subarray(at, at + 3)];
}

describe("of a scene at rest", () => {
  let scene: SceneSession;
  beforeAll(async () => {
    scene = await SceneSession.start(sceneFixture("quadrants"));
  });
  afterAll(() => scene.close());

  test("a viewer that looks away gets no frames, and a key frame at once when it looks again, though the scene rests", async () => {
    const [away, watching] = [scene.join("away", 1), scene.join("watching", 2)];
    await expect.poll(() => [away.frames.length > 0, watching.frames.length > 0]).toEqual([true, true]);
    scene.session.viewers.setControllers(["watching"]);
    // At rest, with the picture refined.
    await untilSteady(() => [away.frames.length, watching.frames.length], 1000);
    away.setPaused(true);
    const [before, told] = await untilSteady(() => [away.frames.length, away.feedback.length], 200);
    watching.input(pointerInput("down"), pointerInput("up"));
    await expect.poll(() => watching.frames.length).toBeGreaterThan(before);
    await sleep(500);
    expect([away.frames.length, away.feedback.length]).toEqual([before, told]);

    for (let round = 0; round < 3; round += 1) {
      const frames = away.frames.length;
      const asked = now();
      away.setPaused(false);
      await expect.poll(() => away.frames.length, { interval: 2 }).toBeGreaterThan(frames);
      const [first] = away.frames.slice(frames);
      expect(first?.isKeyFrame).toBe(true);
      expect((first?.at ?? Number.POSITIVE_INFINITY) - asked).toBeLessThan(AT_ONCE_MS);
      expect(decodePictures("h264", [first?.data ?? new Uint8Array()])[0]?.colourAt(0.25, 0.25)).toEqual([
        255, 255, 255,
      ]);
      // Away and back at once: the key frame before was just sent.
      away.setPaused(true);
    }
    for (const { id } of [away, watching]) scene.session.viewers.leave(id);
  });

  test("people see each other's pointers, with control or without, and one who comes later sees those that are there", async () => {
    const [annSees, bobSees] = [scene.join("ann", 1), scene.join("bob", 2)];
    await expect.poll(() => annSees.frames.length).toBeGreaterThan(0);
    bobSees.input(pointerInput("move", { x: 0.25, y: 0.75 }));
    await expect.poll(() => annSees.pointers.at(-1)).toMatchObject({ person: 2, state: "over" });
    expect(annSees.pointers.at(-1)?.x).toBeCloseTo(0.25, 3);
    await untilSteady(() => [annSees.frames.length, annSees.pointers.length], 700);
    const late = scene.join("late", 3);
    await expect.poll(() => late.pointers).toHaveLength(1);
    expect(late.pointers[0]).toMatchObject({ person: 2, state: "over" });
    bobSees.setPaused(true);
    await expect.poll(() => late.pointers.at(-1)).toMatchObject({ person: 2, state: "gone" });
    expect(bobSees.pointers).toEqual([]);
  });
});

test("while everybody looks away nothing is drawn, and the first one back is shown the scene as it is", async () => {
  await using scene = await SceneSession.start(sceneFixture("animated"));
  const viewers = [scene.join("a", 1), scene.join("b", 2)];
  await expect.poll(() => viewers.every(({ frames }) => frames.length > 5)).toBe(true);
  for (const viewer of viewers) viewer.setPaused(true);
  // What is drawn is reported once a second.
  await expect.poll(() => scene.reports.slice(-2).map(({ rendered }) => rendered)).toEqual([0, 0]);
  const late = scene.join("late", 3, true);
  await sleep(300);
  expect(late.frames).toEqual([]);
  const asked = now();
  late.setPaused(false);
  await expect.poll(() => late.frames.length, { interval: 2 }).toBeGreaterThan(0);
  expect((late.frames[0]?.at ?? 0) - asked).toBeLessThan(AT_ONCE_MS);
  await expect.poll(() => late.frames.length).toBeGreaterThan(10);
});

test("what a viewer without control does never reaches the scene, and what it held is let go when it loses it", async () => {
  await using scene = await SceneSession.start(sceneFixture("held"));
  const [annSees, bobSees] = [scene.join("ann", 1), scene.join("bob", 2)];
  await expect.poll(() => annSees.frames.length).toBeGreaterThan(0);
  scene.session.viewers.setControllers(["ann"]);
  bobSees.input(pointerInput("down", { buttons: 1 }), keyInput("down"), keyInput("up"), pointerInput("up"));
  annSees.input(pointerInput("down", { buttons: 3 }), keyInput("down"), keyInput("down", { code: "KeyB" }));
  await expect.poll(() => centreOf(scene)).toEqual([120, 120, 0]);
  bobSees.input(pointerInput("down", { buttons: 1 }), keyInput("down"));
  scene.session.viewers.setControllers(["bob"]);
  bobSees.input(pointerInput("move", { buttons: 1 }), keyInput("down", { repeat: true }));
  await expect.poll(() => centreOf(scene)).toEqual([0, 0, 0]);
  await sleep(300);
  expect(await centreOf(scene)).toEqual([0, 0, 0]);
  bobSees.input(pointerInput("up"), pointerInput("down", { buttons: 1 }));
  await expect.poll(() => centreOf(scene)).toEqual([40, 0, 0]);
  scene.session.viewers.leave("bob");
  await expect.poll(() => centreOf(scene)).toEqual([0, 0, 0]);
});

test("where viewers do not see each other nothing is told of pointers", async () => {
  await using scene = await SceneSession.start(sceneFixture("quadrants"), { presence: false });
  const [annSees, bobSees] = [scene.join("ann", 1), scene.join("bob", 2)];
  await expect.poll(() => annSees.frames.length).toBeGreaterThan(0);
  bobSees.input(pointerInput("move"), pointerInput("down"));
  await sleep(500);
  expect(annSees.pointers).toEqual([]);
});

describe("of a scene that talks", () => {
  const begun = '{"colour":2105376,"turn":[0,0]}';
  let scene: SceneSession;
  beforeAll(async () => {
    scene = await SceneSession.start(sceneFixture("talks"));
  });
  afterAll(() => scene.close());

  test("a state draws exactly the same picture again: set again, and in a new process", async () => {
    expect(scene.session.sceneState).toBe(begun);
    const viewer = scene.join("ann", 1);
    scene.session.viewers.setControllers(["ann"]);
    await expect.poll(() => viewer.frames.length).toBeGreaterThan(0);
    const first = await pixelsOf(scene);
    viewer.input(pointerInput("move", { x: 0.3, y: 0.7 }));
    scene.session.handleSceneMessage(ann, encodeMessage({ colour: 0x3070c0 }));
    await expect.poll(() => scene.session.sceneState).toMatch(/^{"colour":3174592,"turn":\[1\.\d+,0\.\d+\]}$/);
    const state = scene.session.sceneState ?? "";
    const turned = await untilSteady(() => pixelsOf(scene), 700);
    expect(turned.equals(first)).toBe(false);

    scene.session.setSceneState(begun);
    await expect.poll(async () => (await pixelsOf(scene)).equals(first)).toBe(true);
    scene.session.setSceneState(state);
    await expect.poll(async () => (await pixelsOf(scene)).equals(turned)).toBe(true);
    await scene.restart();
    expect(scene.session.sceneState).toBe(state);
    await expect.poll(async () => (await pixelsOf(scene)).equals(turned)).toBe(true);
  });

  test("messages go to the scene and from it, to everybody or to one, also while nobody watches", async () => {
    expect(scene.session.messagesFrom).toBe("everyone");
    const told: { readonly to: number | null; readonly data: MessageData }[] = [];
    const off = scene.session.on("sceneMessageSent", ({ to, body }) => told.push({ to, data: decodeMessage(body) }));
    scene.session.handleSceneMessage(bob, encodeMessage({ colour: 0xff8000 }));
    scene.session.handleSceneMessage(bob, encodeMessage({ whisper: true }));
    scene.session.handleSceneMessage(ann, encodeMessage(Uint8Array.of(1, 2, 3)));
    await expect
      .poll(() => told)
      .toEqual([
        { to: null, data: { painted: 0xff8000, by: "Bob" } },
        { to: 2, data: "only for Bob" },
        { to: 1, data: Uint8Array.of(3, 2, 1) },
      ]);
    const pixels = await pixelsOf(scene);
    expect([...pixels.subarray(0, 3)]).toEqual([0xff, 0x80, 0]);
    off();
  });

  test("a listener that throws and a scene that sends too much are told, and the scene goes on", async () => {
    const notices: (string | null)[] = [];
    scene.session.on("noticed", ({ text }) => notices.push(text));
    const [answers, broadcast]: MessageData[][] = [[], []];
    scene.session.on("sceneMessageSent", ({ to, body }) => (to === 1 ? answers : broadcast)?.push(decodeMessage(body)));
    scene.session.handleSceneMessage(ann, encodeMessage("throw"));
    await expect.poll(() => notices).toEqual(["The scene threw in a listener: Error: as was wanted (talks.ts:29:35)."]);
    const pid = scene.session.pid;
    scene.session.handleSceneMessage(ann, encodeMessage({ flood: 5000 }));
    await untilSteady(() => broadcast?.length, 300);
    scene.session.handleSceneMessage(ann, encodeMessage(Uint8Array.of(7)));
    await expect.poll(() => answers?.at(-1)).toEqual(Uint8Array.of(7));
    expect(broadcast?.length).toBeGreaterThanOrEqual(400);
    expect(broadcast?.length).toBeLessThan(500);
    // Told at the end of a second.
    await expect.poll(() => notices.at(-1)).toMatch(/A scene may send 200 messages/);
    expect([scene.session.status.kind, scene.session.pid]).toEqual(["live", pid]);
  });
});
