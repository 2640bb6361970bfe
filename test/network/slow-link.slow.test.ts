/** A server whose link the kernel limits (`tc tbf`): the video fits into it and goes on. Checks our own laboratory, too. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { framesPerSecond, freezesIn } from "../bench/network-figures.ts";
import { shownFrames, watchFrames } from "../bench/network-in-page.ts";
import { waitForPicture } from "../support/chromium.ts";
import { FarServer } from "../support/far-server.ts";
import { canMakeNamespaces } from "../support/namespaces.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { seenWay, statsOf } from "../support/viewer-page.ts";

const RATE_BPS = 2_000_000;
const SETTLE_MS = 8000;
const MEASURE_MS = 6000;

const isHere = canMakeNamespaces();
let browser: Browser;
let server: FarServer;

beforeAll(async () => {
  if (!isHere) return;
  [browser, server] = await Promise.all([connectChromium(), FarServer.start("noise", ["--fps", "30"])]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe.skipIf(!isHere)("a link of 2 Mbit/s", () => {
  it("is not filled over, and frames keep coming", async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.goto(`${server.url}?transport=webrtc`);
    await waitForPicture(page);
    await sleep(2000);
    expect((await statsOf(page)).bitrateBps).toBeGreaterThan(RATE_BPS);
    await server.network.limitRate(`${RATE_BPS}`);
    await sleep(SETTLE_MS);
    await watchFrames(page);
    const from = performance.timeOrigin + performance.now();
    const rates: number[] = [];
    for (let second = 0; second < MEASURE_MS / 1000; second += 1) {
      await sleep(1000);
      rates.push((await statsOf(page)).bitrateBps);
    }
    const to = performance.timeOrigin + performance.now();
    const frames = await shownFrames(page);
    const freezes = freezesIn(frames, from, to);
    console.info(`2 Mbit/s by tc tbf: ${rates.map((rate) => (rate / 1e6).toFixed(2)).join(", ")} Mbit/s`, freezes);
    expect(rates.reduce((sum, rate) => sum + rate, 0) / rates.length).toBeLessThan(1.05 * RATE_BPS);
    expect(framesPerSecond(frames, from, to)).toBeGreaterThan(5);
    expect(freezes.longestMs).toBeLessThan(1000);
    expect(await seenWay(page)).toBe("webrtc");
    await page.close();
  });
});
