/** What a page wishes of the stream, and how a stream of another size looks in it. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { openViewer, waitUntilLive } from "../support/chromium.ts";
import { drawnPixels, isStillShown, shownPixels, worstDifference } from "../support/exact-pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

const size = { width: 960, height: 540 };

let browser: Browser;
let server: StreamServer;
beforeAll(async () => {
  [browser, server] = await Promise.all([connectChromium(), serveScene("fine", { size })]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Has the scene drawn once more, and gives the width of the pictures as they are sent. */
async function widthInMotion(page: Page): Promise<number> {
  await page.mouse.click(200, 200);
  return page.evaluate(() => document.querySelector("video")?.videoWidth ?? 0);
}

describe("a picture that is shown small", () => {
  it("is sent small, lies as the large one does, and is exact and of full size at rest", async () => {
    const { page } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    await expect.poll(() => isStillShown(page)).toBe(true);
    const rectangleOf = () =>
      page.evaluate(() => document.querySelector("video")?.getBoundingClientRect().toJSON() as Record<string, number>);
    await page.setViewportSize({ width: 400, height: 400 });
    const rectangle = await rectangleOf();
    expect([rectangle["left"], rectangle["top"], rectangle["width"], rectangle["height"]]).toEqual([0, 87.5, 400, 225]);
    await expect.poll(() => widthInMotion(page), { interval: 250 }).toBeLessThan(size.width);
    expect(await rectangleOf()).toEqual(rectangle);
    await expect.poll(() => page.evaluate(() => window.scenecast.quality?.size.width ?? 0)).toBeLessThan(size.width);
    await expect.poll(() => isStillShown(page)).toBe(true);
    const worst = async () => worstDifference(await shownPixels(page), await drawnPixels(server.url));
    await expect.poll(worst, { interval: 250 }).toBe(0);
    await page.setViewportSize({ width: 1280, height: 720 });
    await expect.poll(() => widthInMotion(page), { interval: 250 }).toBe(size.width);
    await page.close();
  }, 60_000);
});

describe("the quality control", () => {
  it("is remembered at the next visit", async () => {
    const { page } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    await page.keyboard.press("Alt+s");
    await page.selectOption("#quality-preference", "sharp");
    await page.check("#save-data");
    const wishes = () => page.evaluate(() => [window.scenecast.preference, window.scenecast.maxBitrateBps]);
    expect(await wishes()).toEqual(["sharp", 1_000_000]);
    await page.reload();
    await waitUntilLive(page);
    expect(await wishes()).toEqual(["sharp", 1_000_000]);
    expect(await page.locator("#quality-preference").inputValue()).toBe("sharp");
    await expect.poll(() => page.evaluate(() => window.scenecast.quality?.bitrateBps ?? 1e9)).toBeLessThanOrEqual(1e6);
    await page.close();
  });
});
