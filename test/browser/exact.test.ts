/** A scene at rest is seen to the pixel as the server drew it, until it moves; and then there is silence. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Transport } from "../../client/streams/transport.ts";
import type { StreamServer } from "../../server/index.ts";
import { openPage, waitUntilLive } from "../support/chromium.ts";
import { codedPixels, drawnPixels, isStillShown, shownPixels, worstDifference } from "../support/exact-pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { TrafficMeter } from "../support/traffic-meter.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});
afterAll(() => browser.close());

async function open(url: string, transport: Transport): Promise<{ page: Page; errors: string[]; meter: TrafficMeter }> {
  const opened = await openPage(browser, { before: TrafficMeter.keepPeers });
  const meter = new TrafficMeter(opened.page);
  const address = new URL(url);
  address.searchParams.set("transport", transport);
  await opened.page.goto(address.href);
  await waitUntilLive(opened.page);
  return { ...opened, meter };
}

async function expectExact(page: Page, url: string): Promise<void> {
  await expect.poll(() => isStillShown(page)).toBe(true);
  // A picture that was exact may be covered by the next one only now.
  const difference = async () => worstDifference(await shownPixels(page), await drawnPixels(url));
  await expect.poll(difference, { interval: 150 }).toBe(0);
}

let server: StreamServer;
beforeAll(async () => {
  server = await serveScene("fine");
});
afterAll(() => server?.close());

// The first of all: which form is sent depends on what making both took before, so nothing was made before.
it("is shown to the pixel as WebP as well, which is what slow ways get", async () => {
  const { page, errors } = await openPage(browser);
  await page.route("**/exact/**", (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set("bps", "100000");
    return route.continue({ url: url.href });
  });
  const types: (string | undefined)[] = [];
  page.on("response", (response) => {
    if (response.url().includes("/exact/") && response.status() === 200) types.push(response.headers()["content-type"]);
  });
  await page.goto(`${server.url}?transport=webrtc`);
  await waitUntilLive(page);
  await expectExact(page, server.url);
  expect(types.at(-1)).toBe("image/webp");
  expect(errors).toEqual([]);
  await page.close();
});

it("is exact, and uncovered by a movement, where the browser does not tell which frame it shows", async () => {
  const { page } = await openPage(browser, {
    before: () => {
      Reflect.deleteProperty(HTMLVideoElement.prototype, "requestVideoFrameCallback");
    },
  });
  await page.goto(`${server.url}?transport=webrtc`);
  await waitUntilLive(page);
  await expectExact(page, server.url);
  const before = await drawnPixels(server.url);
  await page.mouse.click(300, 300);
  await expect.poll(async () => worstDifference(await shownPixels(page), before), { interval: 150 }).toBeGreaterThan(8);
  await expectExact(page, server.url);
  await page.close();
});

describe.each(["webrtc", "websocket"] as const)("a scene at rest by %s", (transport) => {
  let opened: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    opened = await open(server.url, transport);
  });
  afterAll(() => opened?.page.close());

  it("is shown to the pixel, where the video alone is not", async () => {
    const { page, errors } = opened;
    await expectExact(page, server.url);
    expect(worstDifference(await codedPixels(page), await drawnPixels(server.url))).toBeGreaterThan(8);
    expect(errors).toEqual([]);
  });

  it("is exact for who joins as well, and stays so for who was there, which is told nothing and asks for nothing", async () => {
    const { page, meter } = opened;
    await expectExact(page, server.url);
    const second = await open(server.url, transport);
    await expectExact(second.page, server.url);
    const { requests } = await meter.measure(1000);
    expect(requests).toEqual([]);
    expect(await isStillShown(page)).toBe(true);
    await expectExact(page, server.url);
    await second.page.close();
  });

  it("is uncovered by the first frame of a movement, and exact again soon after it", async () => {
    const { page } = opened;
    await expectExact(page, server.url);
    const watch = watchForStale(page, 1800);
    for (let press = 0; press < 4; press += 1) {
      await page.mouse.click(300, 300);
      await page.waitForTimeout(press % 2 === 0 ? 80 : 600);
    }
    const { looks, covered, stale } = await watch;
    // 110 and some 60 where the machine is free.
    expect(looks).toBeGreaterThan(8);
    expect(covered).toBeGreaterThan(2);
    expect(stale).toBe(0);
    await expectExact(page, server.url);
  });

  it("lies where the video lies, whatever the shape of the window", async () => {
    const { page } = opened;
    await expectExact(page, server.url);
    for (const viewport of [
      { width: 1280, height: 720 },
      { width: 501, height: 900 },
      { width: 1111, height: 333 },
    ]) {
      await page.setViewportSize(viewport);
      const [still, video] = await page.evaluate(
        (selectors) => selectors.map((selector) => document.querySelector(selector)?.getBoundingClientRect().toJSON()),
        ["[data-exact] canvas", transport === "webrtc" ? "video" : "#stage canvas"],
      );
      expect(still).toEqual(video);
      expect(still.width / still.height).toBeCloseTo(16 / 9, 2);
    }
  });
});

/**
 * Looks in every frame of the page whether the still that is over the video shows another ground than the video. A frame may
 * be read before the page is told of it, so it is stale only where the looks of a tenth of a second find the same.
 */
function watchForStale(page: Page, forMs: number): Promise<{ looks: number; covered: number; stale: number }> {
  return page.evaluate(async (forMs) => {
    const layer = document.querySelector<HTMLElement>("[data-exact]");
    const still = layer?.querySelector("canvas");
    const SIDE = 20;
    const context = new OffscreenCanvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
    const isVideo = window.scenecast.element.dataset["transport"] === "webrtc";
    const shown = document.querySelector<HTMLVideoElement | HTMLCanvasElement>(isVideo ? "video" : "#stage canvas");
    if (!layer || !still || !shown || context === null) throw new Error("There is no picture.");
    // A block of the lines at the right bottom: what is between them is dark or light.
    const isLight = (source: HTMLVideoElement | HTMLCanvasElement, width: number, height: number) => {
      context.drawImage(source, Math.floor(width * 0.75), Math.floor(height * 0.75), SIDE, SIDE, 0, 0, SIDE, SIDE);
      const { data } = context.getImageData(0, 0, SIDE, SIDE);
      return data.reduce((sum, value, at) => (at % 4 === 3 ? sum : sum + value), 0) > 120 * SIDE * SIDE * 3;
    };
    const counts = { looks: 0, covered: 0, stale: 0 };
    let otherSince = Number.POSITIVE_INFINITY;
    const until = performance.now() + forMs;
    while (performance.now() < until) {
      await new Promise(requestAnimationFrame);
      counts.looks += 1;
      const isCovered = layer.style.visibility === "visible";
      if (isCovered) counts.covered += 1;
      const { width, height } = still;
      const [w, h] = shown instanceof HTMLVideoElement ? [shown.videoWidth, shown.videoHeight] : [width, height];
      const isOther = isCovered && isLight(still, width, height) !== isLight(shown, w, h);
      otherSince = isOther ? Math.min(otherSince, performance.now()) : Number.POSITIVE_INFINITY;
      // A video can be read some frames before its browser says that it is shown, later yet where that is kept busy.
      if (performance.now() - otherSince > 100) counts.stale += 1;
    }
    return counts;
  }, forMs);
}
