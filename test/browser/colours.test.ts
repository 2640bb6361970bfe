/**
 * The colours that Chromium decodes are the scene's sRGB colours, whatever codec carries them (BT.601, limited range), by
 * WebRTC and, with Chromium's VideoDecoder, by the WebSocket.
 */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { videoCodecs } from "../../shared/video.ts";
import { openPage, shownColours, waitUntilLive } from "../support/chromium.ts";
import { colourDistance, quadrantColours, quadrantPoints } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { seenColours, seenWay, statsOf } from "../support/viewer-page.ts";

let browser: Browser;
let [page, errors] = [] as unknown as [Page, string[]];
beforeAll(async () => {
  browser = await connectChromium();
  ({ page, errors } = await openPage(browser));
});
afterAll(() => browser?.close());

function worstOf(shown: readonly (readonly number[])[]): number {
  return Math.max(...quadrantColours.map((colour, at) => colourDistance(shown[at], colour)));
}

it.each(videoCodecs)("%s shows the colours of the scene, the right way up, by both ways", async (codec) => {
  await using server = await serveScene("quadrants", { codec, size: { width: 320, height: 180 } });
  await page.goto(`${server.url}?transport=webrtc`);
  await waitUntilLive(page);
  await expect.poll(async () => (await statsOf(page)).codec).toBe(codec);
  const worst = async () => worstOf(await shownColours(page, quadrantPoints));
  // The first picture is coarse where bits are few, and at rest no other one comes: two presses have one drawn.
  const worstOfThis = async () => {
    if ((await worst()) > 6) await page.mouse.click(640, 360, { clickCount: 2 });
    return await worst();
  };
  await expect.poll(worstOfThis, { interval: 500 }).toBeLessThanOrEqual(6);

  await page.goto(`${server.url}?transport=websocket`);
  await waitUntilLive(page);
  await expect.poll(async () => (await statsOf(page)).codec).toBe(codec);
  await expect
    .poll(async () => worstOf(await seenColours(page, quadrantPoints)), { interval: 200 })
    .toBeLessThanOrEqual(6);
  expect(await seenWay(page)).toBe("websocket");
  expect(errors).toEqual([]);
  await page.goto("about:blank");
});
