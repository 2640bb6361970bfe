/** Several viewers of one scene: each has the whole of it, and none suffers from the others' coming and going. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { openPage, openViewer, shownColours, waitForPicture, waitUntilLive } from "../support/chromium.ts";
import { readFrameRecord, recordFrames } from "../support/frame-recorder.ts";
import { colourDistance } from "../support/pixels.ts";
import { readMetric, serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { untilSteady } from "../support/until-steady.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});
afterAll(() => browser.close());

/** Notes when the page opened its socket, made its connection and presented its first picture. Runs in the page. */
function markJoining(): void {
  const marked = <Made extends new (...values: never[]) => object>(made: Made, name: string): Made =>
    new Proxy(made, {
      construct(target, values, newTarget) {
        performance.mark(name);
        return Reflect.construct(target, values, newTarget);
      },
    });
  window.WebSocket = marked(window.WebSocket, "socket");
  window.RTCPeerConnection = marked(window.RTCPeerConnection, "connection");
  const { play } = HTMLVideoElement.prototype;
  HTMLVideoElement.prototype.play = function () {
    this.requestVideoFrameCallback(() => performance.mark("picture"));
    return play.call(this);
  };
}

/** From the first of two marks to the second, in milliseconds. */
function between(page: Page, from: string, to: string): Promise<number> {
  return page.evaluate(([from, to]) => performance.measure("", from, to).duration, [from, to] as const);
}

/** Chromium asks for a key frame after so long without a picture: who had to, lost the stream. */
const KEY_FRAME_ASKED_MS = 3000;

/** Of the frames that are drawn in a second, the share that the page shows: what its rate is does not matter then. */
function shareShown(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { shownFps, renderedFps } = window.scenecast.stats();
    return renderedFps > 5 ? shownFps / renderedFps : 0;
  });
}

describe("a second viewer", () => {
  it("gets the full rate beside the first, which keeps its own, also when the first leaves", async () => {
    await using server = await serveScene("animated");
    const first = (await openViewer(browser, server.url)).page;
    await waitUntilLive(first);
    await recordFrames(first);
    const second = (await openViewer(browser, server.url)).page;
    await waitUntilLive(second);
    await recordFrames(second);
    expect(server.viewers().length).toBe(2);
    await expect.poll(async () => Math.min(await shareShown(first), await shareShown(second))).toBeGreaterThan(0.7);
    expect((await readFrameRecord(first)).longestGapMs).toBeLessThan(KEY_FRAME_ASKED_MS);

    await first.close();
    await expect.poll(() => server.viewers().length).toBe(1);
    await recordFrames(second);
    await expect.poll(() => shareShown(second)).toBeGreaterThan(0.7);
    expect((await readFrameRecord(second)).longestGapMs).toBeLessThan(KEY_FRAME_ASKED_MS);
    await second.close();
  });
});

describe("with a scene at rest", () => {
  let server: StreamServer;
  let first: Page;
  beforeAll(async () => {
    server = await serveScene("hand");
    ({ page: first } = await openViewer(browser, server.url));
    await waitUntilLive(first);
  });
  afterAll(async () => {
    await first?.close();
    await server?.close();
  });

  it("who joins sees it at once, and nothing is rendered for it", async () => {
    const framesRendered = () => readMetric(server.url, "scenecast_frames_rendered_total");
    const rendered = await untilSteady(framesRendered, 2200);
    const joins: number[] = [];
    for (let join = 0; join < 2; join += 1) {
      const { page } = await openPage(browser, { before: markJoining });
      await page.goto(`${server.url}?transport=webrtc`);
      await waitForPicture(page);
      await waitUntilLive(page);
      joins.push(await between(page, "connection", "picture"));
      expect(colourDistance((await shownColours(page, [[0.5, 0.5]]))[0], [0x20, 0x40, 0xc8])).toBeLessThanOrEqual(6);
      await page.close();
    }
    // One may take long where the machine is kept busy.
    expect(Math.min(...joins)).toBeLessThan(KEY_FRAME_ASKED_MS);
    await first.waitForTimeout(1200);
    expect(await framesRendered()).toBe(rendered);
  });

  it("who vanishes lets go of what it held", async () => {
    const second = (await openViewer(browser, server.url)).page;
    await waitUntilLive(second);
    const isHeld = async () => (await shownColours(first, [[0.25, 0.15]]))[0]?.[0];
    await second.mouse.move(640, 360);
    await second.mouse.down();
    await expect.poll(isHeld).toBeGreaterThan(30);
    await second.close();
    await expect.poll(isHeld).toBeLessThan(8);
    await first.mouse.move(640, 360);
    await first.mouse.down();
    await expect.poll(isHeld).toBeGreaterThan(30);
  });
});
