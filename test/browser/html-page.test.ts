/** A page of three.js as somebody has it is served unchanged: its picture is seen in Chromium, and a drag there turns it. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { openViewer, shownCentre, shownColours, waitUntilLive } from "../support/chromium.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

let browser: Browser;
let server: StreamServer;
beforeAll(async () => {
  browser = await connectChromium();
  server = await serveScene(new URL("../fixtures/pages/turning/index.html", import.meta.url));
});
afterAll(async () => {
  await browser.close();
  await server?.close();
});

it("shows the page's cube in its colours, with its cursor, and turns it by hand", async () => {
  const { page, errors } = await openViewer(browser, server.url);
  await waitUntilLive(page);
  const isPlain = async (channel: number): Promise<boolean> => {
    const colour = await shownCentre(page);
    return colour.slice(0, 3).every((value, at) => (at === channel ? value > 200 : value < 60));
  };
  await expect.poll(() => isPlain(0)).toBe(true);
  const [corner] = await shownColours(page, [[0.03, 0.03]]);
  expect(Math.max(...(corner ?? [255]).slice(0, 3))).toBeLessThan(40);
  expect(await page.title()).toContain("My first three.js app");
  const cursor = () => page.evaluate(() => window.scenecast.element.style.cursor);
  await expect.poll(cursor).toBe("grab");
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  await page.mouse.move(width / 2, height / 2);
  await page.mouse.down();
  // OrbitControls turns by half for a drag as long as half the height.
  await page.mouse.move(width / 2 - height / 4, height / 2, { steps: 5 });
  await page.mouse.move(width / 2 - height / 2, height / 2, { steps: 5 });
  await expect.poll(cursor).toBe("grabbing");
  await page.mouse.up();
  await expect.poll(cursor).toBe("grab");
  await expect.poll(() => isPlain(1)).toBe(true);
  // The page said so when it was taken hold of, to whoever is there and to who comes later.
  await expect.poll(() => page.title()).toBe("Turned by hand");
  const { page: later } = await openViewer(browser, server.url);
  await expect.poll(() => later.title()).toBe("Turned by hand");
  await later.close();
  expect(errors).toEqual([]);
  await page.close();
});
