/** A page for which the server has no UDP port left. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createStreamServer } from "../../server/index.ts";
import { openPage, waitUntilLive } from "../support/chromium.ts";
import { openLightWhep } from "../support/light-viewer.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { seenColours, seenWay } from "../support/viewer-page.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});
afterAll(() => browser.close());

it("gets the picture over the WebSocket where every UDP port is taken", async () => {
  await using server = await createStreamServer({
    scene: new URL("../fixtures/scenes/animated.ts", import.meta.url),
    logLevel: "silent",
    http: { port: 0 },
    render: { size: { width: 640, height: 360 }, maxFps: 30 },
    ice: { ports: [41_300, 41_301] },
  });
  const taken = [await openLightWhep(server.url), await openLightWhep(server.url)];
  const { page } = await openPage(browser);
  await page.goto(server.url);
  await waitUntilLive(page);
  expect(await seenWay(page)).toBe("websocket");
  // The scene grows brighter all the time.
  const seen = new Set<string>();
  await expect.poll(async () => seen.add(String(await seenColours(page, [[0.5, 0.5]]))).size).toBeGreaterThan(5);
  await page.close();
  for (const viewer of taken) await viewer.close();
});
