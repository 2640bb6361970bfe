/** The colours that Chromium decodes are the scene's sRGB colours, whatever codec carries them (BT.601, limited range). */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { videoCodecs } from "../../shared/video.ts";
import { openViewer, shownColours, waitUntilLive } from "../support/chromium.ts";
import { colourDistance, quadrantColours, quadrantPoints } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});
afterAll(() => browser.close());

describe.each(videoCodecs)("%s", (codec) => {
  it("shows the colours of the scene, the right way up", async () => {
    await using server = await serveScene("quadrants", { codec });
    const { page, errors } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    await expect.poll(() => page.evaluate(() => window.scenecast.stats().codec)).toBe(codec);
    const worst = async () => {
      const shown = await shownColours(page, quadrantPoints);
      return Math.max(...quadrantColours.map((colour, at) => colourDistance(shown[at], colour)));
    };
    // The first picture is coarse where bits are few, and at rest no other one comes: two presses have one drawn.
    const worstOfThis = async () => {
      if ((await worst()) > 6) await page.mouse.click(640, 360, { clickCount: 2 });
      return await worst();
    };
    await expect.poll(worstOfThis, { interval: 500 }).toBeLessThanOrEqual(6);
    expect(errors).toEqual([]);
    await page.close();
  });
});
