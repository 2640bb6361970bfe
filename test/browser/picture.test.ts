/** The viewer page in Chromium shows what the server renders, when it renders it, and says how it does. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { countShownFrames, openViewer, shownCentre, waitUntilLive } from "../support/chromium.ts";
import { readMetric, servedSize, serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { untilSteady } from "../support/until-steady.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});
afterAll(() => browser.close());

describe("an animated scene", () => {
  let server: StreamServer;
  beforeAll(async () => {
    server = await serveScene("animated");
  });
  afterAll(() => server?.close());

  it("is shown in moving pictures of changing colours, without one complaint of the page", async () => {
    const { page, errors } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    const colours = new Set<number | undefined>();
    await expect.poll(async () => colours.add((await shownCentre(page))[0]).size, { interval: 70 }).toBeGreaterThan(5);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("is told about in figures, which the overlay shows at Alt and s", async () => {
    const { page } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    const statsOf = () => page.evaluate(() => window.scenecast.stats());
    await expect.poll(async () => (await statsOf()).bitrateBps).toBeGreaterThan(0);
    const rates = async () => {
      const { shownFps, decodedFps, renderedFps } = await statsOf();
      return Math.min(shownFps, decodedFps, renderedFps);
    };
    await expect.poll(rates).toBeGreaterThan(15);
    const stats = await statsOf();
    expect(stats).toMatchObject({ ...servedSize, codec: "h264", transport: { protocol: "udp", isRelayed: false } });
    expect(stats.roundTripMs).toBeLessThan(1000);
    expect(stats.framesShown).toBeGreaterThan(20);

    const panel = page.locator("#statistics");
    expect(await panel.isVisible()).toBe(false);
    await page.keyboard.press("Alt+s");
    await expect.poll(() => panel.innerText()).toMatch(/Size\s+640 × 360/);
    expect(await panel.innerText()).toMatch(/Codec\s+H\.264/);
    await page.keyboard.press("Alt+s");
    expect(await panel.isVisible()).toBe(false);
    await page.close();
  });
});

describe("a still scene", () => {
  let server: StreamServer;
  beforeAll(async () => {
    server = await serveScene("quadrants");
  });
  afterAll(() => server?.close());

  it("gets not one frame and not one byte of video at rest, and the page stays live", async () => {
    const { page, errors } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    const counted = ["scenecast_frames_rendered_total", "scenecast_frames_sent_total", "scenecast_sent_bytes_total"];
    const read = () => Promise.all(counted.map((name) => readMetric(server.url, name)));
    const before = await untilSteady(read, 2200);
    // Chromium asks for a key frame after 3 s of silence; it has everything already.
    expect(await countShownFrames(page, 4500)).toBe(0);
    expect(await read()).toEqual(before);
    expect(await page.evaluate(() => window.scenecast.state)).toEqual({ kind: "live" });
    expect(errors).toEqual([]);
    await page.close();
  });

  it("is saved as the server drew it, where the browser falsifies what scripts read", async () => {
    const { page } = await openViewer(browser, server.url, {
      before: () => {
        // As Firefox does where it resists fingerprinting.
        HTMLCanvasElement.prototype.toBlob = (callback) => callback(new Blob(["stripes"]));
      },
    });
    await waitUntilLive(page);
    const saved = page.waitForEvent("download");
    await page.locator("#snapshot-button").dispatchEvent("click");
    const file = await (await saved).createReadStream();
    const bytes = Buffer.concat(await file.toArray());
    expect(bytes.equals(Buffer.from(await (await fetch(new URL("snapshot.png", server.url))).arrayBuffer()))).toBe(
      true,
    );
    await page.close();
  });

  it("tells the time from a click to its picture", async () => {
    const { page } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    expect(await page.evaluate(() => window.scenecast.stats().clickToPictureMs)).toBeNull();
    const clickToPicture = () => page.evaluate(() => window.scenecast.stats().clickToPictureMs);
    // One click may go unmeasured: where the way changes meanwhile, as it may on a machine that is kept busy.
    const clickAgain = async (): Promise<number> => {
      await page.mouse.click(640, 360);
      return (await clickToPicture())?.count ?? 0;
    };
    await expect.poll(clickAgain, { interval: 500 }).toBeGreaterThan(0);
    const { lastMs = Number.NaN } = (await clickToPicture()) ?? {};
    expect(lastMs).toBeGreaterThan(1);
    expect(lastMs).toBeLessThan(2000);
    await page.close();
  });
});
