/** The real render thread: what it draws, when, and what it says about scenes that fail. */

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { pointerInput } from "../support/input-samples.ts";
import { colourAt, RenderProbe, sceneFixture } from "../support/render-probe.ts";

const size = { width: 320, height: 192 };
const move = pointerInput("move");

describe("render thread", () => {
  it("writes the scene's sRGB colours into the ring, bottom row first", async () => {
    await using probe = await RenderProbe.start(sceneFixture("quadrants"), { size });
    const { pixels } = await probe.grab();
    expect(colourAt(pixels, size, 0.25, 0.25)).toEqual([0xd0, 0x20, 0x30]);
    expect(colourAt(pixels, size, 0.75, 0.25)).toEqual([0x20, 0xb0, 0x40]);
    expect(colourAt(pixels, size, 0.25, 0.75)).toEqual([0x20, 0x40, 0xc8]);
    expect(colourAt(pixels, size, 0.75, 0.75)).toEqual([0xe0, 0xc0, 0x20]);
  });

  it("tells once of an OpenGL error, and counts each", async () => {
    await using probe = await RenderProbe.start(sceneFixture("refused-by-gl"), { size });
    probe.tell({ kind: "watched", watched: true });
    // Each frame makes one, also those that look like the one before and are not published.
    await expect.poll(() => probe.rendered.filter(({ kind }) => kind === "gl-errors").length).toBeGreaterThan(3);
    const told = probe.rendered.flatMap((message) => (message.kind === "notice" ? [message.text] : []));
    expect(told).toEqual(["The picture may be wrong: OpenGL reported INVALID_ENUM while the scene was drawn."]);
  });

  it("draws a still scene once, refines it once at rest, and then nothing, also for input that it does not listen to", async () => {
    await using probe = await RenderProbe.start(sceneFixture("edge"), { size });
    const first = await probe.grab();
    probe.tell({ kind: "watched", watched: true });
    const resting = await probe.grabWhen((frame) => frame.atRest);
    for (let step = 1; step <= 20; step += 1) probe.input({ ...move, x: step / 20 });
    await sleep(700);
    const later = await probe.grab();
    expect([first.atRest, later.number]).toEqual([false, resting.number]);
    expect(resting.number).toBeLessThanOrEqual(first.number + 2);
    const greys = (pixels: Uint8Array) => new Set(pixels).size;
    expect(greys(first.pixels)).toBe(2);
    expect(greys(resting.pixels)).toBeGreaterThan(5);
  });

  it("draws nothing while nobody watches, also of an animated scene, and goes on at its rate while a reader is slow", async () => {
    await using probe = await RenderProbe.start(sceneFixture("animated"), { size });
    await sleep(300);
    expect((await probe.grab()).number).toBe(1);
    probe.tell({ kind: "watched", watched: true });
    const from = performance.now();
    await probe.grabWhen(({ number }) => number > 30);
    probe.tell({ kind: "watched", watched: false });
    const seen = (await probe.grab()).number;
    // No more often than 60 times a second.
    expect(seen).toBeLessThanOrEqual(3 + ((performance.now() - from) * 60) / 1000);
    await sleep(300);
    const unwatched = (await probe.grab()).number;
    expect(unwatched - seen).toBeLessThanOrEqual(1);

    probe.tell({ kind: "watched", watched: true });
    await probe.grabWhen(({ number }) => number > unwatched);
    const before = (await probe.grab()).number;
    probe.tell({ kind: "hold", forMs: 1000 });
    await sleep(900);
    // Some 54 where the machine is free, none where the reader held it up.
    expect((await probe.grab()).number - before).toBeGreaterThan(8);
  });

  it("shows the last of many moves, and draws fewer frames than moves", async () => {
    await using probe = await RenderProbe.start(sceneFixture("pointer"), { size });
    probe.tell({ kind: "watched", watched: true });
    await probe.grabWhen((frame) => frame.atRest);
    const before = (await probe.grab()).number;
    for (let step = 1; step <= 100; step += 1) probe.input({ ...move, x: step / 200, y: step / 100 });
    const last = await probe.grabWhen(({ pixels }) => Math.abs((colourAt(pixels, size, 0.5, 0.5)[1] ?? 0) - 255) <= 2);
    expect(Math.abs((colourAt(last.pixels, size, 0.5, 0.5)[0] ?? 0) - 127)).toBeLessThanOrEqual(2);
    expect(last.number - before).toBeLessThan(20);
    const shown = probe.rendered.filter((message) => message.kind === "inputs-shown");
    expect(shown.at(-1)?.inputs.at(-1)?.sequence).toBe(100);
  });

  it("says in words what a scene threw, goes on, and takes the words back", async () => {
    await using probe = await RenderProbe.start(sceneFixture("throws-in-update"), { size });
    probe.tell({ kind: "watched", watched: true });
    const notices = () => probe.rendered.flatMap((message) => (message.kind === "notice" ? [message.text] : []));
    await expect
      .poll(notices)
      .toEqual(["The scene threw in update(): RangeError: not yet (throws-in-update.ts:15:34).", null]);
    await probe.grabWhen(({ atRest }) => atRest);
    expect(notices()).toHaveLength(2);
  });
});

describe("a scene that cannot start", () => {
  it.each([
    ["throws-in-setup", "scene-failed", "setup(): RangeError: the data is not there (throws-in-setup.ts:7:11)."],
    ["no-scene", "scene-invalid", "exports no setup function"],
    ["messages-from-nobody", "scene-invalid", 'a messagesFrom that is neither "control" nor "everyone"'],
    ["made-of-nothing", "scene-invalid", "a content that is none of surfaces, lines, text."],
    ["not-there", "scene-missing", "There is no scene file at"],
  ])("%s is refused with the code %s", async (name, code, sentence) => {
    const failure = await RenderProbe.start(sceneFixture(name)).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code });
    expect(String(failure)).toContain(sentence);
  });
});
