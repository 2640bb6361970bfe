/** UDP is lost in the middle and comes back, while a hand goes on: the picture moves on, and every key arrives once. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPage } from "../support/chromium.ts";
import { seenCounts, waitUntilMoving } from "../support/counted-picture.ts";
import { FarServer } from "../support/far-server.ts";
import { HurriedHand } from "../support/hurried-hand.ts";
import { canMakeNamespaces } from "../support/namespaces.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { seenWay } from "../support/viewer-page.ts";

/** Resolves with how long it takes from now until the picture moves by this way. */
async function movesBy(page: Page, way: string, timeoutMs: number): Promise<number> {
  const from = performance.now();
  await expect.poll(() => seenWay(page), { timeout: timeoutMs, interval: 20 }).toBe(way);
  await waitUntilMoving(page);
  return performance.now() - from;
}

const isHere = canMakeNamespaces();
let browser: Browser;
let server: FarServer;

beforeAll(async () => {
  if (!isHere) return;
  [browser, server] = await Promise.all([connectChromium(), FarServer.start("counted")]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe.skipIf(!isHere)("a cut of UDP", () => {
  it("is bridged by the WebSocket, and WebRTC comes back after it, with all of the input once and in order", async () => {
    const { page } = await openPage(browser);
    await page.goto(server.url);
    await movesBy(page, "webrtc", 10_000);
    await sleep(1500);
    const hand = new HurriedHand(page);
    await sleep(1000);

    await server.network.cutUdp();
    const fallbackMs = await movesBy(page, "websocket", 10_000);
    await sleep(1000);
    await server.network.restoreUdp();
    const returnMs = await movesBy(page, "webrtc", 40_000);
    await sleep(1500);

    await hand.stop();
    const { keys, presses } = hand;
    console.info(`UDP cut: by WebSocket after ${Math.round(fallbackMs)} ms, back after ${Math.round(returnMs)} ms`, {
      keys,
      presses,
    });
    await expect.poll(() => seenCounts(page)).toMatchObject({ keys, presses, disorder: 0 });
    expect(fallbackMs).toBeLessThan(4000);
    expect(returnMs).toBeLessThan(30_000);
    await page.close();
  });
});
