/** The viewer page in Chromium behind a slow network: when that is fast again, a click is seen at once. And on a slow processor. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openPage } from "../support/chromium.ts";
import { seenCounts, waitUntilMoving } from "../support/counted-picture.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { TcpRelay } from "../support/tcp-relay.ts";
import { isLive, seenWay } from "../support/viewer-page.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});
afterAll(() => browser?.close());

/** Clicks, and resolves with how many milliseconds later the page shows that the scene counted it. */
async function clickToPictureMs(page: Page): Promise<number> {
  const before = (await seenCounts(page))?.presses ?? 0;
  const from = performance.now();
  await page.mouse.click(400, 300);
  await expect.poll(async () => (await seenCounts(page))?.presses, { interval: 5 }).toBe(before + 1);
  return performance.now() - from;
}

it.each([
  ["of 60 kbit/s", 60_000],
  ["that stood still", 0],
] as const)("a network %s for 3 s leaves no delay behind", async (_name, bitsPerSecond) => {
  await using server = await serveScene("counted");
  await using relay = await TcpRelay.start({ host: "127.0.0.1", port: server.port });
  const { page } = await openPage(browser);
  await page.goto(`${relay.url}?transport=websocket`);
  await waitUntilMoving(page);
  const usual = await clickToPictureMs(page);
  relay.setRate(bitsPerSecond);
  await sleep(3000);
  relay.setRate(null);
  await sleep(1000);
  const after = [await clickToPictureMs(page), await clickToPictureMs(page), await clickToPictureMs(page)];
  const median = after.toSorted((a, b) => a - b)[1];
  console.info(`click to picture: ${Math.round(usual)} ms before, ${after.map(Math.round).join(", ")} ms after`);
  expect(median).toBeLessThan(300 + 2 * usual);
  expect(await isLive(page)).toBe(true);
  expect(await seenWay(page)).toBe("websocket");
  await page.close();
});

it("a slow processor is not taken for a slow network", async () => {
  await using server = await serveScene("noise", { size: { width: 1280, height: 720 } });
  const { page } = await openPage(browser);
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 10 });
  await page.goto(`${server.url}?transport=websocket`);
  // What the page cannot take is not sent, in pixels; a slow network would have cost bits, and then pixels.
  const seen = async () => {
    const quality = await page.evaluate(() => window.scenecast.quality);
    return { hasFewerPixels: (quality?.size.width ?? 1280) < 1280, hasItsBits: (quality?.bitrateBps ?? 0) > 5_000_000 };
  };
  await expect.poll(seen).toEqual({ hasFewerPixels: true, hasItsBits: true });
  await page.close();
});
