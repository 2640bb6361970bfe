/** Sending on from the page: hosts add and end addresses and read how each does; keys are shown to nobody. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { openViewer, waitUntilLive } from "../support/chromium.ts";
import { RtmpServer } from "../support/rtmp-server.ts";
import { connectChromium } from "../support/shared-chromium.ts";

const KEY = "a-key-that-nobody-sees";
let browser: Browser;
let server: StreamServer;
let nginx: RtmpServer;

beforeAll(async () => {
  browser = await connectChromium();
  nginx = await RtmpServer.start();
  server = await createStreamServer({
    scene: new URL("../fixtures/scenes/animated.ts", import.meta.url),
    logLevel: "silent",
    http: { port: 0 },
    access: { token: "a-token-of-the-test" },
    render: { size: { width: 320, height: 180 }, maxFps: 10 },
  });
});
afterAll(async () => {
  await browser.close();
  await server?.close();
  await nginx?.close();
});

it("a host sends the picture on, reads how it does, and ends it", async () => {
  const { page, errors } = await openViewer(browser, server.link);
  await waitUntilLive(page);
  await page.mouse.move(200, 200);
  await page.click("#recordings-button");
  await page.fill("#output-address", `http://127.0.0.1/${KEY}`);
  await page.click("#output-form button");
  await page.waitForFunction(() => document.querySelector("#output-answer")?.textContent?.includes("rtmp://") === true);
  await page.fill("#output-address", `${nginx.url}/${KEY}`);
  await page.click("#output-form button");
  const row = page.locator("#outputs-list li");
  await row.filter({ hasText: /Sending: 0:0\d/ }).waitFor({ timeout: 30_000 });
  expect(await row.textContent()).toContain(`${nginx.url}/•••`);
  expect(await page.inputValue("#output-address")).toBe("");
  expect(await page.textContent("#output-answer")).toBe("");
  expect(await page.content()).not.toContain(KEY);
  const before = await page.evaluate(() => window.scenecast.outputs.list());
  expect(before).toMatchObject([{ id: "1", state: "sending", error: null }]);
  await page.setViewportSize({ width: 390, height: 700 });
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(widths[0]).toBe(widths[1]);
  await page.click("#outputs-list button");
  await row.waitFor({ state: "detached" });
  expect(server.room().outputs).toEqual([]);
  // The refusal of the first address, which the browser tells by itself.
  expect(errors.filter((error) => !error.includes("400 (Bad Request)"))).toEqual([]);
  await page.close();
});

it("a controller has neither the button nor the right", async () => {
  const { link } = await server.createLink({ role: "controller" });
  const { page } = await openViewer(browser, link);
  await waitUntilLive(page);
  expect(await page.isVisible("#recordings-button")).toBe(false);
  const refusal = await page.evaluate(() => window.scenecast.outputs.list().catch((error: Error) => error.message));
  expect(refusal).toBe("Only hosts may send the picture on.");
  await page.close();
});
