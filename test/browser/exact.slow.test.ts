/** What a scene at rest costs, every way at once, while its exact picture is shown: a rate, measured for seconds. */

import { expect, test } from "vitest";
import { openPage, waitUntilLive } from "../support/chromium.ts";
import { isStillShown } from "../support/exact-pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { TrafficMeter } from "../support/traffic-meter.ts";

test("a scene at rest takes less than 2 kbit/s by every way, and not one request", async () => {
  await using browser = await connectChromium();
  await using server = await serveScene("fine");
  const opened = await Promise.all(
    ["webrtc", "websocket"].map(async (transport) => {
      const { page } = await openPage(browser, { before: TrafficMeter.keepPeers });
      const meter = new TrafficMeter(page);
      await page.goto(`${server.url}?transport=${transport}`);
      await waitUntilLive(page);
      await expect.poll(() => isStillShown(page)).toBe(true);
      return { page, meter };
    }),
  );
  await opened[0]?.page.waitForTimeout(3000);
  const measured = await Promise.all(opened.map(({ meter }) => meter.measure(8000)));
  for (const { bitsPerSecond, requests } of measured) {
    expect(requests).toEqual([]);
    expect(bitsPerSecond).toBeLessThan(2000);
  }
  for (const { page } of opened) expect(await isStillShown(page)).toBe(true);
});
