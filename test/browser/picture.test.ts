/** The viewer page in Chromium shows what the server renders, when it renders it, and says how it does. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countShownFrames, launchChromium, openViewer, shownCentre, waitUntilLive } from "../support/chromium.ts";
import { readMetric, servedSize, serveScene } from "../support/served-scene.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe("an animated scene", () => {
  it("is shown in moving pictures of changing colours, without one complaint of the page", async () => {
    await using server = await serveScene("animated");
    const { page, errors } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    const colours = new Set<number | undefined>();
    for (let look = 0; look < 8; look += 1) {
      colours.add((await shownCentre(page))[0]);
      await page.waitForTimeout(70);
    }
    const frames = await countShownFrames(page, 2000);
    expect(frames).toBeGreaterThan(40);
    expect(colours.size).toBeGreaterThan(5);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("is told about in figures, which the overlay shows at the key s", async () => {
    await using server = await serveScene("animated");
    const { page } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    await expect
      .poll(() => page.evaluate(() => window.scenecast.stats().bitrateBps), { timeout: 8000 })
      .toBeGreaterThan(0);
    await page.waitForTimeout(1200);
    const stats = await page.evaluate(() => window.scenecast.stats());
    expect(stats).toMatchObject({ ...servedSize, codec: "h264", transport: { protocol: "udp", isRelayed: false } });
    expect(stats.shownFps).toBeGreaterThan(20);
    expect(stats.decodedFps).toBeGreaterThan(20);
    expect(stats.renderedFps).toBeGreaterThan(20);
    expect(stats.roundTripMs).toBeLessThan(1000);
    expect(stats.framesShown).toBeGreaterThan(20);

    const panel = page.locator("#statistics");
    expect(await panel.isVisible()).toBe(false);
    await page.keyboard.press("s");
    await expect.poll(() => panel.innerText(), { timeout: 3000 }).toMatch(/Size\s+640 × 360/);
    expect(await panel.innerText()).toMatch(/Codec\s+H\.264/);
    await page.keyboard.press("s");
    expect(await panel.isVisible()).toBe(false);
    await page.close();
  });
});

describe("a still scene", () => {
  it("gets not one frame and not one byte of video at rest, and the page stays live", async () => {
    await using server = await serveScene("quadrants");
    const { page, errors } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    await page.waitForTimeout(2500);
    const counted = ["scenecast_frames_rendered_total", "scenecast_frames_sent_total", "scenecast_sent_bytes_total"];
    const read = () => Promise.all(counted.map((name) => readMetric(server.url, name)));
    const before = await read();
    // Chromium asks for a key frame after 3 s of silence; it has everything already.
    expect(await countShownFrames(page, 5500)).toBe(0);
    expect(await read()).toEqual(before);
    expect(await page.evaluate(() => window.scenecast.state)).toEqual({ kind: "live" });
    expect(errors).toEqual([]);
    await page.close();
  });

  it("tells the time from a click to its picture", async () => {
    await using server = await serveScene("quadrants");
    const { page } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    expect(await page.evaluate(() => window.scenecast.stats().clickToPictureMs)).toBeNull();
    await page.mouse.click(640, 360);
    const clickToPicture = () => page.evaluate(() => window.scenecast.stats().clickToPictureMs);
    await expect.poll(async () => (await clickToPicture())?.count ?? 0, { timeout: 5000 }).toBeGreaterThan(0);
    const { lastMs = Number.NaN } = (await clickToPicture()) ?? {};
    expect(lastMs).toBeGreaterThan(1);
    expect(lastMs).toBeLessThan(2000);
    await page.close();
  });
});
