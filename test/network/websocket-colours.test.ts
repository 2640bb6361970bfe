/** Frames of the WebSocket, decoded by Chromium's VideoDecoder, have the scene's sRGB colours in each codec (BT.601). */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { videoCodecs } from "../../shared/video.ts";
import { launchChromium } from "../support/chromium.ts";
import { colourDistance, type Point } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { seenColours, seenWay, statsOf } from "../support/viewer-page.ts";

/** Of quadrants.ts, in its order. */
const wanted = [
  [0xd0, 0x20, 0x30],
  [0x20, 0xb0, 0x40],
  [0x20, 0x40, 0xc8],
  [0xe0, 0xc0, 0x20],
];
const points: Point[] = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
];

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

it.each(videoCodecs)("%s shows the colours of the scene, the right way up", async (codec) => {
  await using server = await serveScene("quadrants", { codec });
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(`${server.url}?transport=websocket`);
  await expect.poll(async () => (await statsOf(page)).codec, { timeout: 10_000 }).toBe(codec);
  const worst = async () => {
    const seen = await seenColours(page, points);
    return Math.max(...wanted.map((colour, at) => colourDistance(seen[at], colour)));
  };
  await expect.poll(worst, { timeout: 5000 }).toBeLessThanOrEqual(6);
  expect(await seenWay(page)).toBe("websocket");
  await page.close();
});
