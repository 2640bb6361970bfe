/** Recording from the page: hosts start, stop, download and remove, others only read of it; the files play in Chromium. */

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { openViewer, waitUntilLive } from "../support/chromium.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { picturesOf, readVideoFile } from "../support/video-file.ts";

const TOKEN = "a-token-of-the-test";
/** Each look reads something. */
const SELDOM = { interval: 200 };
const folder = mkdtempSync(join(tmpdir(), "scenecast-page-"));
let browser: Browser;
let server: StreamServer;
/** A host's page, which is there until who only watches comes. */
let host: { readonly page: Page; readonly errors: readonly string[] };
let liveAt = 0;

beforeAll(async () => {
  browser = await connectChromium();
  server = await createStreamServer({
    scene: new URL("../fixtures/scenes/animated.ts", import.meta.url),
    logLevel: "silent",
    http: { port: 0 },
    access: { token: TOKEN },
    render: { size: { width: 320, height: 180 }, maxFps: 15 },
    recordings: { folder, replaySeconds: 5 },
  });
  host = await openViewer(browser, server.link);
  await waitUntilLive(host.page);
  liveAt = performance.now();
});
afterAll(async () => {
  await browser.close();
  await server?.close();
  rmSync(folder, { recursive: true });
});

const request = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(new URL(path, server.url), { ...init, headers: { Authorization: `Bearer ${TOKEN}`, ...init.headers } });

/** Plays a file of the server in an own page, in half the time that it takes, and tells what came of it. */
async function play(
  page: Page,
  file: string,
): Promise<{ size: string; seconds: number; levels: number; soughtAt: number }> {
  return await page.evaluate(async (file) => {
    const bytes = await window.scenecast.recordings.download(file);
    const video = document.createElement("video");
    video.muted = true;
    video.src = URL.createObjectURL(bytes);
    await new Promise((resolve, reject) => {
      video.onloadeddata = resolve;
      video.onerror = () => reject(new Error(video.error?.message));
    });
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("no canvas");
    const levels = new Set<number>();
    video.playbackRate = 2;
    await video.play();
    while (!video.ended) {
      context.drawImage(video, 0, 0, 1, 1);
      levels.add(context.getImageData(0, 0, 1, 1).data[1] ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    const seconds = video.currentTime;
    video.currentTime = seconds / 2;
    await new Promise((resolve) => {
      video.onseeked = resolve;
    });
    return {
      size: `${video.videoWidth}x${video.videoHeight}`,
      seconds,
      levels: levels.size,
      soughtAt: video.currentTime,
    };
  }, file);
}

it("a host records by a button that says how long, and Chromium plays the file and seeks in it", async () => {
  const { page, errors } = host;
  await page.mouse.move(200, 200);
  await page.click("#recordings-button");
  await page.click("#record-button");
  const button = page.locator("#recordings-button");
  await expect.poll(() => button.getAttribute("data-clock"), SELDOM).toMatch(/^0:0[2-9]$/);
  expect(await page.locator(".recorded-file").innerText()).toMatch(/Recording: 0:0\d, [\d.]+ (?:kB|MB)/);
  expect((await (await request("healthz")).json()).rooms[0].recordings).toMatchObject({ running: 1, failed: 0 });
  expect(await (await request("metrics")).text()).toMatch(/^scenecast_recordings 1$/m);
  await page.click("#record-button");
  await expect.poll(() => button.getAttribute("data-clock"), SELDOM).toBe(null);
  const [file = ""] = readdirSync(folder);
  expect(file).toMatch(/^Animated-.*\.mp4$/);
  const played = await play(page, file);
  expect(played.size).toBe("320x180");
  expect(played.seconds).toBeGreaterThan(1.5);
  // The whole picture gets brighter again and again.
  expect(played.levels).toBeGreaterThan(4);
  expect(played.soughtAt).toBeCloseTo(played.seconds / 2, 1);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.click(`button[aria-label="Download ${file}"]`),
  ]);
  expect(download.suggestedFilename()).toBe(file);
  const saved = join(folder, "saved.mp4");
  await download.saveAs(saved);
  expect(picturesOf(readVideoFile(saved)).length).toBeGreaterThan(10);
  rmSync(saved);
  await page.click(`button[aria-label="Remove ${file}"]`);
  await page.click("text=Remove >> nth=-1");
  await expect.poll(() => readdirSync(folder)).toEqual([]);
  expect(errors).toEqual([]);
});

it("Chromium plays WebM too, and what is still being written", async () => {
  const { page } = host;
  const begun = ["film.webm", "growing.mp4"].map((file) => server.room().record({ file: join(folder, file) }));
  const [film, growing] = await Promise.all(begun);
  if (film === undefined || growing === undefined) throw new Error("There are two.");
  for (const { info, stop } of [
    { info: () => film.info, stop: () => film.stop() },
    { info: () => growing.info, stop: () => growing.stop() },
  ]) {
    await expect.poll(() => info().seconds ?? 0, SELDOM).toBeGreaterThan(1.2);
    expect((await play(page, info().file)).levels).toBeGreaterThan(4);
    expect((await stop()).state).toBe("ended");
  }
  expect(await play(page, "film.webm")).toMatchObject({ size: "320x180" });
  for (const file of ["film.webm", "growing.mp4"]) rmSync(join(folder, file));
});

it("a host saves the last seconds, which begin with a picture", async () => {
  const { page } = host;
  await page.waitForTimeout(Math.max(0, liveAt + 3000 - performance.now()));
  // The bar comes when the pointer moves.
  await page.mouse.move(210, 210);
  if (!(await page.isVisible("#replay-button"))) await page.click("#recordings-button");
  expect(await page.locator("#replay-button").innerText()).toBe("Save the last 5 seconds");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#replay-button")]);
  const saved = join(folder, "clip.mp4");
  await download.saveAs(saved);
  const clip = readVideoFile(saved);
  expect(clip.packets[0]).toMatchObject({ isKeyFrame: true, at: 0 });
  expect(clip.seconds).toBeGreaterThan(1.5);
  expect(clip.seconds).toBeLessThan(8);
  await page.close();
});

it("who only watches has no button, reads that it is recorded, and may ask for nothing of it", async () => {
  const { link } = await server.createLink({ role: "viewer" });
  const { page } = await openViewer(browser, link);
  await waitUntilLive(page);
  await page.mouse.move(200, 200);
  expect(await page.locator("#recordings-button").isVisible()).toBe(false);
  const recording = await server.room().record({ seconds: 30 });
  await expect.poll(() => page.locator("#recorded-hint").isVisible()).toBe(true);
  const status = await page.evaluate(async () => (await fetch("recordings")).status);
  expect(status).toBe(403);
  expect(await recording.stop()).toMatchObject({ state: "ended", error: null });
  await expect.poll(() => page.locator("#recorded-hint").isVisible()).toBe(false);
  await page.close();
});

it("programs record over HTTP, and read a file in ranges while it grows", async () => {
  const started = await request("recordings", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ file: "by curl.webm", codec: "vp9", seconds: 1.5 }),
  });
  expect(started.status).toBe(201);
  expect((await started.json()).file).toBe("by curl.webm");
  await expect.poll(async () => (await (await request("recordings")).json()).recordings[0].bytes).toBeGreaterThan(500);
  const head = await request("recordings/by%20curl.webm", { headers: { Range: "bytes=0-3" } });
  expect(head.status).toBe(206);
  // EBML (RFC 8794 section 11.2.1).
  expect(Buffer.from(await head.arrayBuffer()).toString("hex")).toBe("1a45dfa3");
  const isOver = async () => (await (await request("recordings")).json()).recordings[0].state;
  await expect.poll(isOver, SELDOM).toBe("ended");
  expect(readVideoFile(join(folder, "by curl.webm"))).toMatchObject({ codec: "vp9", width: 320 });
  const outside = await request("recordings", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ file: "../outside.mp4" }),
  });
  expect(outside.status).toBe(400);
  expect((await request("recordings/by%20curl.webm", { method: "DELETE" })).status).toBe(204);
});
