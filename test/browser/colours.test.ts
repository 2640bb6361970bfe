/** The colours that Chromium decodes are the scene's sRGB colours, whatever codec carries them (BT.601, limited range). */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { videoCodecs } from "../../shared/video.ts";
import { launchChromium, openViewer, shownColours, waitUntilLive } from "../support/chromium.ts";
import { colourDistance, type Point } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";

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
afterAll(() => browser.close());

describe.each(videoCodecs)("%s", (codec) => {
  it("shows the colours of the scene, the right way up", async () => {
    await using server = await serveScene("quadrants", { codec });
    const { page, errors } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    await expect.poll(() => page.evaluate(() => window.scenecast.stats().codec), { timeout: 5000 }).toBe(codec);
    const shown = await shownColours(page, points);
    const distances = shown.map((colour, at) => colourDistance(colour, wanted[at] ?? []));
    expect(Math.max(...distances)).toBeLessThanOrEqual(6);
    expect(errors).toEqual([]);
    await page.close();
  });
});
