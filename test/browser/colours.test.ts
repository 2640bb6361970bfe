/** The colours that Chromium decodes are the scene's sRGB colours, whatever codec carries them (BT.601, limited range). */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { videoCodecs } from "../../shared/video.ts";
import { launchChromium, openViewer, shownColours, waitUntilLive } from "../support/chromium.ts";
import { colourDistance, quadrantColours, quadrantPoints } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe.each(videoCodecs)("%s", (codec) => {
  it("shows the colours of the scene, the right way up", async () => {
    await using server = await serveScene("quadrants", { codec });
    const { page, errors } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    await expect.poll(() => page.evaluate(() => window.scenecast.stats().codec), { timeout: 5000 }).toBe(codec);
    const shown = await shownColours(page, quadrantPoints);
    const distances = shown.map((colour, at) => colourDistance(colour, quadrantColours[at] ?? []));
    expect(Math.max(...distances)).toBeLessThanOrEqual(6);
    expect(errors).toEqual([]);
    await page.close();
  });
});
