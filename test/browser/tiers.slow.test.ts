/** Two pages by WebRTC on networks that carry very different amounts: the slow one gets what it can take, at no other's cost. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { countShownFrames, openViewer, waitUntilLive } from "../support/chromium.ts";
import { Laboratory } from "../support/lab/laboratory.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});
afterAll(() => browser?.close());

/** As much as there is where nobody says otherwise. */
const BITRATE_BPS = 8_000_000;

const qualityOf = (page: Page) => page.evaluate(() => window.scenecast.quality);

it("one that starves gets fewer bits and pixels, and the other all that it had", async () => {
  await using server = await serveScene("noise");
  await using laboratory = await Laboratory.start({ to: server.url, network: { delayMs: 10 } });
  const [good, poor] = await Promise.all([
    openViewer(browser, `${server.url}?transport=webrtc`),
    openViewer(browser, `${laboratory.url}?transport=webrtc`),
  ]);
  await Promise.all([waitUntilLive(good.page), waitUntilLive(poor.page)]);
  const all = { bitrateBps: BITRATE_BPS, size: { width: 640 } };
  await expect.poll(() => qualityOf(good.page)).toMatchObject(all);
  await expect.poll(() => qualityOf(poor.page)).toMatchObject(all);
  laboratory.change({ rateBps: 400_000 });
  await expect.poll(async () => (await qualityOf(poor.page))?.bitrateBps).toBeLessThan(500_000);
  await expect.poll(async () => (await qualityOf(poor.page))?.size.width).toBeLessThan(640);
  await sleep(500);
  const [goodFrames, poorFrames] = await Promise.all([
    countShownFrames(good.page, 2000),
    countShownFrames(poor.page, 2000),
  ]);
  expect(await qualityOf(good.page)).toMatchObject(all);
  // 120 and some 50 where the machine is free.
  expect(goodFrames).toBeGreaterThan(24);
  expect(poorFrames).toBeGreaterThan(8);
  await Promise.all([good.page.close(), poor.page.close()]);
});
