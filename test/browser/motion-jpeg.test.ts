/** Motion JPEG in a plain image element of Chromium. */

import { expect, test } from "vitest";
import { resolveOptions } from "../../server/options/options.ts";
import { StreamServer } from "../../server/stream-server.ts";
import { MultipartReader } from "../support/multipart.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { untilSteady } from "../support/until-steady.ts";

test("a picture is shown when it has come, although no other one follows", async () => {
  const size = { width: 320, height: 192 };
  const options = {
    scene: sceneFixture("quadrants"),
    logLevel: "silent",
    http: { port: 0 },
    render: { size, maxFps: 30 },
  } as const;
  await using server = await StreamServer.start(resolveOptions(options));
  await using watcher = await MultipartReader.open(new URL("stream.mjpg", server.url));
  await watcher.nextParts(1);
  // At rest: who comes now gets one picture, and no other before the scene changes.
  const parts = await untilSteady(() => watcher.parts.length, 1000);
  await using browser = await connectChromium();
  const page = await browser.newPage();
  await page.goto(new URL("healthz", server.url).href);
  const colour = await page.evaluate(async () => {
    const image = new Image();
    document.body.append(image);
    image.src = "stream.mjpg";
    for (let tries = 0; tries < 1000 && image.naturalWidth === 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const context = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext("2d");
    context?.drawImage(image, 0, 0);
    return [...(context?.getImageData(80, 48, 1, 1).data.subarray(0, 3) ?? [])];
  });
  for (const [channel, value] of [0xd0, 0x20, 0x30].entries()) {
    expect(Math.abs(value - (colour[channel] ?? Number.NaN))).toBeLessThan(5);
  }
  expect(watcher.parts).toHaveLength(parts);
});
