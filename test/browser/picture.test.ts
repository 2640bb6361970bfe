/** The viewer page in Chromium shows what the server renders, when it renders it, and says how it does. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import {
  countShownFrames,
  type OpenPage,
  openViewer,
  shownCentre,
  shownColours,
  waitUntilLive,
} from "../support/chromium.ts";
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
  let opened: OpenPage;
  beforeAll(async () => {
    server = await serveScene("animated");
    opened = await openViewer(browser, server.url);
    await waitUntilLive(opened.page);
  });
  afterAll(async () => {
    await opened?.page.close();
    await server?.close();
  });

  it("is shown in moving pictures of changing colours, without one complaint of the page", async () => {
    const { page, errors } = opened;
    const colours = new Set<number | undefined>();
    await expect.poll(async () => colours.add((await shownCentre(page))[0]).size, { interval: 70 }).toBeGreaterThan(5);
    expect(errors).toEqual([]);
  });

  it("is told about in figures, which the overlay shows at Alt and s", async () => {
    const { page } = opened;
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
  });

  it("tells nothing of dragging, as it listens to no pointer, and no hand is shown", async () => {
    const { page } = opened;
    await page.waitForFunction(() => window.scenecast.control.isMine);
    // As long as it takes to come where it does.
    await page.waitForTimeout(1_000);
    expect(await page.locator("#hint").isVisible()).toBe(false);
    expect(await page.evaluate(() => getComputedStyle(window.scenecast.element).cursor)).not.toBe("grab");
    await page.mouse.click(300, 300);
    expect(await page.evaluate(() => localStorage.getItem("scenecast.hint"))).toBeNull();
  });
});

describe("a still scene", () => {
  let server: StreamServer;
  /** Of all tests, the first of which are those of a first visit, and of one that has not clicked yet. */
  let opened: OpenPage;
  beforeAll(async () => {
    server = await serveScene("quadrants");
    opened = await openViewer(browser, server.url);
    await waitUntilLive(opened.page);
  });
  afterAll(async () => {
    await opened?.page.close();
    await server?.close();
  });

  it("tells a first visit that it can be dragged, until that is done, and shows a hand unless the scene has a cursor", async () => {
    const { page } = opened;
    const hint = page.locator("#hint");
    await expect.poll(() => hint.innerText()).toBe("Drag to turn it, scroll to come closer");
    const cursor = () => page.evaluate(() => getComputedStyle(window.scenecast.element).cursor);
    expect(await cursor()).toBe("grab");
    await page.mouse.move(640, 300);
    await page.mouse.down();
    await hint.waitFor({ state: "hidden" });
    expect(await cursor()).toBe("grabbing");
    await page.mouse.up();
    // As where the server tells of one (html-page.test.ts).
    await page.evaluate(() => Object.assign(window.scenecast.element.style, { cursor: "crosshair" }));
    expect(await cursor()).toBe("crosshair");
    await page.reload();
    await waitUntilLive(page);
    await page.waitForFunction(() => document.querySelector("#stage[data-draggable]") !== null);
    expect(await page.evaluate(() => localStorage.getItem("scenecast.hint"))).toBe("told");
  });

  it("tells the time from a click to its picture", async () => {
    const { page } = opened;
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
  });

  it("gets not one frame and not one byte of video at rest, and the page stays live", async () => {
    const { page, errors } = opened;
    const counted = ["scenecast_frames_rendered_total", "scenecast_frames_sent_total", "scenecast_sent_bytes_total"];
    const read = () => Promise.all(counted.map((name) => readMetric(server.url, name)));
    await untilSteady(() => readMetric(server.url, "scenecast_sent_bytes_total"), 2200);
    const before = await read();
    // Chromium asks for a key frame after 3 s of silence; it has everything already.
    expect(await countShownFrames(page, 4000)).toBe(0);
    expect(await read()).toEqual(before);
    expect(await page.evaluate(() => window.scenecast.state)).toEqual({ kind: "live" });
    expect(errors).toEqual([]);
  });

  it("is saved as the server drew it, where the browser falsifies what scripts read", async () => {
    const { page } = opened;
    await page.evaluate(() => {
      // As Firefox does where it resists fingerprinting.
      HTMLCanvasElement.prototype.toBlob = (callback) => callback(new Blob(["stripes"]));
    });
    const saved = page.waitForEvent("download");
    await page.locator("#snapshot-button").dispatchEvent("click");
    const file = await (await saved).createReadStream();
    const bytes = Buffer.concat(await file.toArray());
    expect(bytes.equals(Buffer.from(await (await fetch(new URL("snapshot.png", server.url))).arrayBuffer()))).toBe(
      true,
    );
  });

  it("is recorded as a clip that shows what was seen", async () => {
    const { page } = opened;
    const saved = page.waitForEvent("download");
    const button = page.locator("#clip-button");
    await button.dispatchEvent("click");
    await expect.poll(() => button.getAttribute("data-clock")).toBe("0:01");
    await button.dispatchEvent("click");
    const download = await saved;
    expect(download.suggestedFilename()).toMatch(/^quadrants-.*\.mp4$/i);
    const bytes = Buffer.concat(await (await download.createReadStream()).toArray());
    const shown = await page.evaluate(colourOfVideo, bytes.toString("base64"));
    expect(shown).toMatchObject({ size: [servedSize.width, servedSize.height] });
    for (const [at, value] of ((await shownColours(page, [[0.25, 0.25]]))[0] ?? []).entries()) {
      expect(Math.abs((shown.colour[at] ?? 0) - value)).toBeLessThan(24);
    }
    await expect.poll(() => page.locator("#toasts").innerText()).toMatch(/^Clip of \d seconds? saved\.$/);
  });
});

/** Runs in the page: what a quarter of the first picture of a video is like. */
async function colourOfVideo(base64: string): Promise<{ size: number[]; colour: number[] }> {
  const video = document.createElement("video");
  video.muted = true;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  video.src = URL.createObjectURL(new Blob([bytes], { type: "video/mp4" }));
  const [shown] = await Promise.all([new Promise((resolve) => video.requestVideoFrameCallback(resolve)), video.play()]);
  if (shown === undefined) throw new Error("The clip shows nothing.");
  const { videoWidth: width, videoHeight: height } = video;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context?.drawImage(video, 0, 0);
  const colour = [...(context?.getImageData(width / 4, height / 4, 1, 1).data ?? [])].slice(0, 3);
  return { size: [width, height], colour };
}
