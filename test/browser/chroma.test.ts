/** A red line one pixel wide, while it moves, as Chromium shows it: in 4:4:4 it is red and its neighbours are black. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openPage } from "../support/chromium.ts";
import { type Colour, colourDistance, gridPoints } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { type AnyPage, isLive, seenColours, seenWay, statsOf } from "../support/viewer-page.ts";

const NEAR = 60;
/** Small, so that two cores encode and decode it with ease. */
const size = { width: 320, height: 192 } as const;
const row = gridPoints(size.width, 1);
const [red, black] = [
  [255, 0, 0],
  [0, 0, 0],
] as const;

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});
afterAll(() => browser.close());

/** How far the line and the pixels beside it are from their colours in the picture that is seen now. */
async function error(page: AnyPage): Promise<number> {
  const colours = await seenColours(page, row);
  const redness = ([r = 0, g = 0, b = 0]: Colour = []) => r - Math.max(g, b);
  const at = colours.reduce((best, colour, index) => (redness(colour) > redness(colours[best]) ? index : best), 0);
  // At the edge there is no neighbour to look at.
  if (at < 2 || at > colours.length - 3) return Number.POSITIVE_INFINITY;
  const near = [-2, -1, 1, 2].map((step) => colourDistance(colours[at + step], black));
  return Math.max(colourDistance(colours[at], red), ...near);
}

/** On a busy machine the browser may not say in time that it decodes 4:4:4; it says it at another visit. */
async function openIn444(page: Page, url: string): Promise<void> {
  for (let visit = 1; visit <= 8; visit += 1) {
    await page.goto(url);
    await expect.poll(() => isLive(page), { timeout: 30_000 }).toBe(true);
    await expect.poll(async () => (await statsOf(page)).chroma).not.toBeNull();
    if ((await statsOf(page)).chroma === "444") return;
  }
}

it.each(["h264", "vp9"] as const)(
  "%s carries it in 4:4:4 by every way, as the scene says that it is made of lines",
  async (codec) => {
    await using server = await serveScene("red-line", { codec, size });
    const { page, errors } = await openPage(browser);
    for (const way of ["webrtc", "websocket"] as const) {
      await openIn444(page, `${server.url}?transport=${way}`);
      await expect.poll(() => error(page), { interval: 100 }).toBeLessThan(NEAR);
      await expect.poll(() => statsOf(page), { interval: 100 }).toMatchObject({ codec, chroma: "444" });
      expect(await seenWay(page)).toBe(way);
    }
    expect(errors).toEqual([]);
    await page.close();
  },
);

it("4:2:0 cannot: the colour of the line is never right", async () => {
  await using server = await serveScene("red-line", { chroma: "420", size });
  const { page } = await openPage(browser);
  await page.goto(`${server.url}?transport=webrtc`);
  await expect.poll(() => statsOf(page)).toMatchObject({ codec: "h264", chroma: "420" });
  const seen: number[] = [];
  const look = async () => {
    const found = await error(page);
    return Number.isFinite(found) ? seen.push(found) : seen.length;
  };
  await expect.poll(look, { interval: 100 }).toBeGreaterThanOrEqual(5);
  expect(Math.min(...seen)).toBeGreaterThan(NEAR);
  await page.close();
});
