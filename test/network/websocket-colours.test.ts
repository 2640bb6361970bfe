/** Frames of the WebSocket, decoded by Chromium's VideoDecoder, have the scene's sRGB colours in each codec (BT.601). */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { videoCodecs } from "../../shared/video.ts";
import { openPage } from "../support/chromium.ts";
import { colourDistance, quadrantColours, quadrantPoints } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { seenColours, seenWay, statsOf } from "../support/viewer-page.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});
afterAll(() => browser?.close());

it.each(videoCodecs)("%s shows the colours of the scene, the right way up", async (codec) => {
  await using server = await serveScene("quadrants", { codec });
  const { page } = await openPage(browser);
  await page.goto(`${server.url}?transport=websocket`);
  await expect.poll(async () => (await statsOf(page)).codec).toBe(codec);
  const worst = async () => {
    const seen = await seenColours(page, quadrantPoints);
    return Math.max(...quadrantColours.map((colour, at) => colourDistance(seen[at], colour)));
  };
  await expect.poll(worst).toBeLessThanOrEqual(6);
  expect(await seenWay(page)).toBe("websocket");
  await page.close();
});
